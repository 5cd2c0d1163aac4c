/**
 * Hubble's flows (Cilium): the exporter's lines (`flow` beside `node_name` and `time`), and flows as such (`hubble observe -o json` of old versions). Field
 * facts: cilium/cilium api/v1/flow/flow.proto and pkg/hubble/parser.
 *
 * - A flow is one packet or message, a connection many of them: they fold into one activity by addresses and ports, on the side that the agent saw, told
 *   by the packet that opens it. It ends with the last packet seen. What was dropped is not folded into what went through.
 * - `traffic_direction` is that of the connection, replies included, seen from the endpoint at which it was observed: that endpoint's pod is the scope.
 *   Where it is unknown (agents from 1.19.1 on say so), the side with a pod decides, and the activity is flagged.
 * - Requests of layer 7 (DNS, HTTP, Kafka) are activities of their own, with the name that was asked for; a response is merged into its request.
 */
import { known } from './agent-expressions';
import { flags, instant, precisionOf, texts, within } from './expressions';
import { Body, type Columns, type Format, isObject, type Path, PLACE, share } from './format';

const PORTS = { source_port: 'integer', destination_port: 'integer' } as const;
// Bodies: what lies outside the cluster has none of these keys, which looks like no object at all.
const ENDPOINT = new Body({ namespace: 'text', pod_name: 'text', workloads: 'json', cluster_name: 'text' });
const FLOW: Columns = {
  time: 'time',
  verdict: 'text',
  drop_reason_desc: 'text',
  // Objects whose presence says something are no `Body`: of another shape they are suspects.
  IP: { source: 'text', destination: 'text' },
  l4: new Body({
    TCP: { ...PORTS, flags: new Body({ SYN: 'boolean', ACK: 'boolean' }) },
    UDP: PORTS,
    SCTP: PORTS,
    ICMPv4: { type: 'integer' },
    ICMPv6: { type: 'integer' },
  }),
  source: ENDPOINT,
  destination: ENDPOINT,
  source_names: 'texts',
  destination_names: 'texts',
  node_name: 'text',
  is_reply: 'boolean',
  reply: 'boolean',
  traffic_direction: 'text',
  l7: new Body({
    type: 'text',
    dns: new Body({ query: 'text' }),
    http: new Body({ url: 'text' }),
    kafka: new Body({ topic: 'text' }),
  }),
  egress_denied_by: 'json',
  ingress_denied_by: 'json',
};

const columns: Columns = {
  ...FLOW,
  flow: FLOW,
  lost_events: { source: 'text' },
  agent_event: { type: 'text' },
  node_status: { state_change: 'text' },
  debug_event: { type: 'text' },
};
/** Beside a flow lie its own time and node again: those two are read at both places. */
const TWICE = ['time', 'node_name'];
const shared = Object.fromEntries(
  Object.keys(FLOW)
    .filter((key) => !TWICE.includes(key))
    .map((key): [string, readonly Path[]] => [key, [['flow', key], [key]]]),
);

const proto = (field: string) => `coalesce(${['TCP', 'UDP', 'SCTP'].map((name) => `l4.${name}.${field}`).join(', ')})`;
const endpoint = (field: string) => `CASE WHEN local = 'client' THEN client.${field} ELSE server.${field} END`;
const tuple = 'clientip, clientport, serverip, serverport';

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN layer7 THEN concat_ws(chr(31), 'hubble request', side, l7.type IS NULL, ${tuple}, asked, coalesce(node, ''))
    WHEN clientip IS NOT NULL AND serverip IS NOT NULL THEN concat_ws(chr(31), 'hubble', side, coalesce(protocol, ''), refused, ${tuple}, coalesce(node, ''))
  END AS merge,
  CASE WHEN layer7 THEN CASE WHEN l7.type = 'RESPONSE' THEN 1 ELSE 0 END WHEN opening THEN 0 ELSE 32 END::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN e.lost_events IS NOT NULL THEN 'ignored: flows that Hubble lost'
    WHEN e.agent_event IS NOT NULL OR e.node_status IS NOT NULL OR e.debug_event IS NOT NULL THEN 'ignored: Cilium about itself'
    WHEN verdict IS NULL AND "IP" IS NULL THEN 'rejected: not a flow'
  END AS skip,

  told AS time,
  ${precisionOf('stamp')} AS precision,
  CASE WHEN layer7 THEN CASE WHEN l7.type = 'RESPONSE' THEN told END WHEN NOT opening THEN told END AS "end",
  'net' AS kind,
  CASE WHEN refused THEN 'refused' WHEN verdict = 'ERROR' THEN 'failed' WHEN verdict IN ('FORWARDED', 'REDIRECTED', 'TRANSLATED') THEN 'ok' ELSE 'unknown' END AS result,
  CASE WHEN refused THEN ${known('drop_reason_desc')} END AS reason,
  ${flags(
    ["layer7 AND l7.type = 'RESPONSE' OR NOT layer7 AND protocol = 'tcp' AND NOT opening", 'start not recorded'],
    ['told IS NULL', 'undated'],
    ['way IS NULL AND pods IS NOT NULL', 'direction taken from the pods'],
    ['way IS NULL AND pods IS NULL', 'direction unknown'],
    ['answers IS NULL AND ports IS NOT NULL', 'client taken from the ports'],
  )} AS flags,

  coalesce(${known(endpoint('cluster_name'))}, nullif(regexp_extract(node_name, '^(.*)/[^/]*$', 1), ''), cluster) AS cluster,
  ${known(endpoint('namespace'))} AS namespace,
  ${known(endpoint('pod_name'))} AS pod,
  workload ->> '$[0].name' AS workload,
  workload ->> '$[0].kind' AS workloadkind,
  CASE WHEN (workload ->> '$[0].kind') = 'Deployment' THEN workload ->> '$[0].name' END AS deployment,
  node AS host,
  node,

  direction,
  protocol AS l4proto,
  clientip AS client,
  ${within('clientport', 'USMALLINT')} AS clientport,
  serverip AS server,
  ${within('serverport', 'USMALLINT')} AS serverport,
  nullif(CASE WHEN asked IS NOT NULL THEN [asked] ELSE ${texts('CASE WHEN swapped THEN source_names ELSE destination_names END')} END, []) AS domain,
  CASE WHEN refused THEN denied END AS rule,
  CASE WHEN refused AND denied IS NOT NULL THEN 'hubble' END AS origin
FROM (
  SELECT
    *,
    coalesce(way, pods) AS direction,
    CASE coalesce(way, pods) WHEN 'in' THEN 'server' ELSE 'client' END AS local,
    CASE coalesce(way, pods) WHEN 'in' THEN server.workloads ELSE client.workloads END AS workload,
    coalesce(way, pods, '') AS side
  FROM (
    SELECT
      *,
      CASE WHEN swapped THEN "IP".destination ELSE "IP".source END AS clientip,
      CASE WHEN swapped THEN "IP".source ELSE "IP".destination END AS serverip,
      CASE WHEN swapped THEN toport ELSE fromport END AS clientport,
      CASE WHEN swapped THEN fromport ELSE toport END AS serverport,
      CASE WHEN swapped THEN destination ELSE source END AS client,
      CASE WHEN swapped THEN source ELSE destination END AS server,
      CASE
        WHEN ${known('CASE WHEN swapped THEN destination.pod_name ELSE source.pod_name END')} IS NOT NULL THEN 'out'
        WHEN ${known('CASE WHEN swapped THEN source.pod_name ELSE destination.pod_name END')} IS NOT NULL THEN 'in'
      END AS pods,
      protocol = 'tcp' AND coalesce(l4.TCP.flags.SYN = 'true' AND l4.TCP.flags.ACK IS DISTINCT FROM 'true', false) AND NOT swapped AS opening
    FROM (
      SELECT
        *,
        coalesce(answers, ports, false) AS swapped,
        ${instant('stamp')} AS told
      FROM (
        SELECT
          *,
          coalesce(e.flow.time, e.time, w.time) AS stamp,
          coalesce(e.flow.node_name, e.node_name) AS node_name,
          ${known("regexp_extract(coalesce(e.flow.node_name, e.node_name), '[^/]*$')")} AS node,
          verdict = 'DROPPED' AS refused,
          CASE traffic_direction WHEN 'EGRESS' THEN 'out' WHEN 'INGRESS' THEN 'in' END AS way,
          (coalesce(egress_denied_by, ingress_denied_by) ->> '$[0].name') AS denied,
          ${proto('source_port')} AS fromport,
          ${proto('destination_port')} AS toport,
          CASE WHEN l4.TCP IS NOT NULL THEN 'tcp' WHEN l4.UDP IS NOT NULL THEN 'udp' WHEN l4.SCTP IS NOT NULL THEN 'sctp' WHEN l4.ICMPv4 IS NOT NULL OR l4.ICMPv6 IS NOT NULL THEN 'icmp' END AS protocol,
          l7 IS NOT NULL AND coalesce(l7.type, l7.dns.query, l7.http.url, l7.kafka.topic) IS NOT NULL AS layer7,
          coalesce(rtrim(l7.dns.query, '.'), nullif(regexp_extract(l7.http.url, '^[a-z]+://([^/:?#]+)', 1), '')) AS asked,
          -- Whether this packet goes from the server to the client; NULL where the agent does not know.
          coalesce(is_reply, reply) = 'true' AS answers,
          CASE
            WHEN TRY_CAST(${proto('source_port')} AS INTEGER) < 32768 AND TRY_CAST(${proto('destination_port')} AS INTEGER) >= 32768 THEN true
            WHEN TRY_CAST(${proto('source_port')} AS INTEGER) >= 32768 AND TRY_CAST(${proto('destination_port')} AS INTEGER) < 32768 THEN false
          END AS ports
        FROM record
      )
    )
  )
)`;

const OWN = ['lost_events', 'agent_event', 'node_status', 'debug_event'];
const isFlow = (flow: unknown): boolean =>
  isObject(flow) && 'verdict' in flow && (isObject(flow.IP) || isObject(flow.l4) || 'traffic_direction' in flow);
const isHubble = (record: Readonly<Record<string, unknown>>): boolean =>
  isFlow(record) || isFlow(record.flow) || (OWN.some((key) => isObject(record[key])) && 'node_name' in record);

export const hubble: Format = {
  id: 'hubble',
  title: 'Hubble flows',
  version: 1,
  recognisedBy: 'verdict with IP, l4 or traffic_direction, at the top or below flow',
  limits: [
    'Hubble names no process, command or user: a flow is tied to a pod, an address and a time only.',
    'Of a connection that was open before the first flow, and of one of which the opening packet was not sampled, the start is not recorded.',
    'What a node’s agent did not see (host networking, policies of monitor aggregation, lost events) is missing without a trace.',
  ],
  selects: 'Only packets, not what sent them; aggregation and sampling leave some out.',
  columns,
  shared,
  detect: ({ records }) => share(records, isHubble),
  project,
};
