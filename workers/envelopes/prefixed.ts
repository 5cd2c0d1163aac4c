/**
 * Lines behind the name of where they came from or behind a time: `oc adm node-logs` (node), `kubectl logs --prefix` ([pod/name/container]), stern (namespace, where asked for, pod and container), kubetail ([pod container]), docker
 * compose (service |), `kubectl logs --timestamps` and what CloudWatch exports to S3 (time), logcli (time and labels), Fluentd's files (time and tag), Fluent Bit's standard
 * output, `journalctl -o json-seq` (a record separator) and `-o json-sse` (`data:`), `grep` over several files (file, line), `aws logs filter-log-events --output text` (between tabs), awslogs (group and stream). Only the node of `oc adm node-logs` tells something about the record:
 * a pod or a container named here is the one that wrote the log.
 */
import type { Envelope } from './envelope';
import { headOf, said, sinceEpoch, timeOf } from './facts';

/** How a record begins: JSON, a raw audit record, klog, a Falco alert. A prefix before anything else is none. */
const BEGINNINGS =
  '\\{|type=[A-Z_0-9]+ msg=audit\\(|[IWEF]\\d{4} \\d\\d:\\d\\d:\\d\\d\\.|(?:\\d{4}-\\d\\d-\\d\\dT)?\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}(?:Z|[+-]\\d{4})?: [A-Z][a-z]+ ';
const RECORD = `(?=${BEGINNINGS})`;
/** A time may come first, which is opened next. */
const TIMED_RECORD = `(?=${BEGINNINGS}|\\d{4}-\\d\\d-\\d\\dT)`;
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?';
const NODE = new RegExp(`^(${NAME}) ${RECORD}`);
/** Before each text of a JSON text sequence (RFC 7464). */
const SEPARATOR = '\u001e';
const OTHERS = [
  new RegExp(`^(?:${SEPARATOR}|data: )(?=\\{)`),
  new RegExp(`^\\[(?:pod|container)/${NAME}/${NAME}\\] ${TIMED_RECORD}`),
  new RegExp(`^\\[${NAME} ${NAME}\\] ${TIMED_RECORD}`),
  new RegExp(`^(?:${NAME} )?${NAME} ${NAME} ${TIMED_RECORD}`),
  new RegExp(`^${NAME} *\\| ${TIMED_RECORD}`),
  /^[^\s:"{}]{1,1024}:(?:\d{1,12}:)?(?=\{|type=[A-Z_0-9]+ msg=audit\()/,
  new RegExp(`^/aws/\\S{1,512} \\S{1,512} ${RECORD}`),
];
/** By the names of the fields: id, when it came in, stream, message, time; of one stream without id and stream. */
const AWS_TEXT = /^EVENTS\t(?:\S{1,64}\t)?\d{13}\t(?:(\S{1,512})\t)?(?=\{)/;
/** logcli prints the labels of the stream; Fluentd sets its tag between tabs. */
const BETWEEN = '(?: \\{[^{}]{0,1024}\\})? |\\t[^\\t{]{1,255}\\t';
const TIMED = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?)(?:${BETWEEN})${RECORD}`,
);
/** `[0] tag: [1714557600.123, {…}]`, since 2.1 `[0] tag: [[1714557600.123, {}], {…}]`. */
const FLUENT_BIT = /^\[\d{1,9}\] [^\s:]{1,255}: \[(?:(\d{10}\.\d{1,9}), |\[(\d{10}\.\d{1,9}), \{[^{}]{0,1024}\}\], )(?=\{)/;

export const prefixed: Envelope = {
  id: 'prefixed',
  title: 'lines behind a name or a time',
  line: (line) => {
    const head = headOf(line);
    const timed = TIMED.exec(head);
    if (timed) return { text: line.slice(timed[0].length), context: said({ time: timeOf(timed[1]) }) };
    const [before, old, recent] = FLUENT_BIT.exec(head) ?? [];
    if (before !== undefined && line.endsWith(']'))
      return { text: line.slice(before.length, -1), context: said({ time: sinceEpoch(old ?? recent, 's') }) };
    const [event, stream] = AWS_TEXT.exec(head) ?? [];
    if (event !== undefined && /\t\d{13}$/.test(line.slice(-14)))
      return { text: line.slice(event.length, -14), context: said({ time: sinceEpoch(line.slice(-13), 'ms'), source: stream }) };
    const node = NODE.exec(head);
    if (node) return { text: line.slice(node[0].length), context: said({ node: node[1], host: node[1] }) };
    const other = OTHERS.map((pattern) => pattern.exec(head)).find((found) => found);
    return other ? { text: line.slice(other[0].length) } : undefined;
  },
};
