/**
 * Falco alerts with `json_output`, and what falcosidekick makes of them (`uuid`, `@timestamp`, field names with `_` for `.`).
 * Which fields exist depends on the output of the rule (`falco/fields.ts` says what they mean).
 *
 * Each alert is an activity of its own that carries its rule. Priorities become severities so: Emergency, Alert and Critical are
 * critical, Error high, Warning medium, Notice low, Informational and Debug info. There is no id, so nothing is ever a duplicate.
 * An alert without `output_fields` is read from its `output`, as far as the rules that Falco ships name their values there; a value
 * ends where the next known key begins, so a command line may hide one: such activities are flagged.
 */
import { flags, instant, precisionOf, texts } from './expressions';
import { ATTRIBUTES, FIELDS, type Field, field, interpreted } from './falco/fields';
import { ALONE, Body, type Columns, type Format, isObject, share } from './format';

const underscored = (name: string) => name.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '');

/** Names of the k8smeta plugin for what Falco itself once told. */
const META: { readonly [F in Field]?: string } = {
  'k8s.ns.name': 'k8smeta.ns.name',
  'k8s.pod.name': 'k8smeta.pod.name',
  'k8s.deployment.name': 'k8smeta.deployment.name',
  'k8s.rs.name': 'k8smeta.rs.name',
};
const NAMES = Object.keys(FIELDS) as readonly Field[];
const namesOf = (name: Field): readonly string[] => [name, META[name] ?? []].flat().flatMap((n) => [n, underscored(n)]);

const columns: Columns = {
  time: 'time',
  '@timestamp': 'time',
  rule: 'text',
  priority: 'text',
  output: 'text',
  hostname: 'text',
  source: 'text',
  tags: 'texts',
  output_fields: new Body(Object.fromEntries(NAMES.flatMap((name) => namesOf(name).map((n) => [n, FIELDS[name]])))),
};

/** A field by its own name or with `_` for `.`. */
const shared = Object.fromEntries(NAMES.map((name) => [name, namesOf(name).map((n) => ['output_fields', n])]));

/** What the rules that Falco ships write before a value, in `output`; every field's own name counts too. */
const KEYS: { readonly [F in Field]?: readonly string[] } = {
  'user.name': ['user', 'user_name'],
  'user.uid': ['user_uid', 'uid'],
  'user.loginuid': ['user_loginuid', 'loginuid'],
  'user.loginname': ['user_loginname'],
  'proc.name': ['process', 'proc_name', 'shell', 'program'],
  'proc.cmdline': ['command', 'cmdline', 'proc_cmdline'],
  'proc.exepath': ['proc_exepath', 'exepath'],
  'proc.pid': ['pid', 'proc_pid'],
  'proc.ppid': ['ppid'],
  'proc.tty': ['terminal', 'tty'],
  'proc.pname': ['parent', 'proc_pname'],
  'proc.aname[2]': ['gparent'],
  'proc.aname[3]': ['ggparent'],
  'proc.aname[4]': ['gggparent'],
  'proc.cwd': ['cwd'],
  'evt.type': ['evt_type'],
  'container.id': ['container_id', 'container'],
  'container.name': ['container_name'],
  'container.image.repository': ['container_image_repository', 'container_image', 'image'],
  'container.image.tag': ['container_image_tag'],
  'k8s.ns.name': ['k8s_ns_name', 'k8s_ns', 'k8s.ns', 'ns'],
  'k8s.pod.name': ['k8s_pod_name', 'k8s_pod', 'k8s.pod', 'pod'],
  'fd.name': ['fd_name', 'file', 'connection'],
  'ka.user.name': ['ka_user_name'],
};
/** Keys that are known only as ends of the value before. */
const OTHER_KEYS = ['exe_flags', 'proc_sname', 'group', 'pcmdline', 'gid', 'file_name', 'resource', 'verb', 'reason', 'decision'];

const pattern = (key: string) => key.replaceAll(/[.[\]]/g, '\\$&');
const keysOf = (name: Field): readonly string[] => [...(KEYS[name] ?? []), name];
const anyKey = [...NAMES.flatMap((name) => KEYS[name] ?? []), ...OTHER_KEYS, '[a-z0-9]+(?:\\.[a-z0-9]+)+'].map((key) =>
  key.startsWith('[') ? key : pattern(key),
);
/** What has no blanks in it: the value ends at the first one, or at a bracket. */
const WORDS: ReadonlySet<Field> = new Set([
  'user.name',
  'user.uid',
  'user.loginuid',
  'user.loginname',
  'container.id',
  'container.name',
  'container.image.repository',
  'container.image.tag',
  'k8s.ns.name',
  'k8s.pod.name',
]);
const captured = (name: Field) => (WORDS.has(name) ? '([^\\s)]*)' : `(.*?)(?: (?:${anyKey.join('|')})=|\\)\\s*$|$)`);
/** The pattern is dear: only where one of the keys is in the text is it tried. */
const fromOutput = (name: Field) =>
  `CASE WHEN ${keysOf(name)
    .map((key) => `contains(e.output, '${key}=')`)
    .join(' OR ')} THEN
    nullif(regexp_extract(e.output, '[ (](?:${keysOf(name).map(pattern).join('|')})=${captured(name)}', 1), '') END`;

/** Every field; of an alert without `output_fields`, those that its text tells. */
const read = `(
  SELECT * REPLACE (${(Object.keys(KEYS) as Field[])
    .map((name) => `coalesce("${name}", CASE WHEN textual THEN ${fromOutput(name)} END) AS "${name}"`)
    .join(',\n    ')})
  FROM (SELECT *, e.output_fields IS NULL AND e.output IS NOT NULL AS textual, coalesce(e.time, e."@timestamp") AS timetext FROM record)
)`;

const { host, ...attributes } = ATTRIBUTES;

const project = `
SELECT
  ${ALONE},
  CASE
    WHEN e.rule IS NULL AND e.priority IS NULL THEN 'rejected: not a Falco alert'
    WHEN starts_with(e.rule, 'Falco internal') OR e.source = 'internal' THEN 'ignored: Falco about itself'
  END AS skip,

  coalesce(${instant('timetext')}, evttime) AS time,
  CASE WHEN timetext IS NOT NULL THEN ${precisionOf('timetext')} WHEN evttime IS NOT NULL THEN 'ns' END AS precision,
  meant AS kind,
  ${flags(
    ['timetext IS NULL AND evttime IS NOT NULL', 'time from evt.time'],
    ['timetext IS NULL AND evttime IS NULL', 'undated'],
    [`meant = 'net' AND sided IS NULL AND fieldclient IS NOT NULL`, 'direction unknown'],
    [
      `textual AND coalesce(${field('proc.name')}, ${field('proc.cmdline')}, ${field('fd.name')}, ${field('user.name')}) IS NOT NULL`,
      'read from the output text',
    ],
  )} AS flags,
  cluster,
  coalesce(nullif(e.hostname, ''), ${host}) AS host,
  ${Object.entries(attributes)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(',\n  ')},

  e.rule AS rule,
  CASE lower(e.priority)
    WHEN 'emergency' THEN 'critical' WHEN 'alert' THEN 'critical' WHEN 'critical' THEN 'critical'
    WHEN 'error' THEN 'high' WHEN 'warning' THEN 'medium' WHEN 'notice' THEN 'low'
    WHEN 'informational' THEN 'info' WHEN 'info' THEN 'info' WHEN 'debug' THEN 'info'
  END AS severity,
  e.priority AS severityraw,
  ${texts('e.tags')} AS tags,
  concat_ws(' ', 'falco', coalesce(nullif(e.source, ''), ${field('evt.source')})) AS origin
FROM (${interpreted(read, `e.source = 'k8s_audit'`)})`;

const isFalco = (record: Readonly<Record<string, unknown>>): boolean =>
  typeof record.rule === 'string' &&
  (isObject(record.output_fields) || (typeof record.priority === 'string' && typeof record.output === 'string'));

export const falco: Format = {
  id: 'falco',
  title: 'Falco alerts (JSON)',
  version: 4,
  recognisedBy: 'rule and priority with output or output_fields',
  limits: [
    'Falco logs only what a rule matched: the absence of commands, connections or files proves nothing.',
    'Which attributes an alert carries depends on the output of its rule.',
    'Falco tells no ends of processes and no process ids that are never used again.',
  ],
  columns,
  shared,
  detect: ({ records }) => share(records, isFalco),
  project,
};
