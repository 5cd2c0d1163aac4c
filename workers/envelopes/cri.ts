/**
 * Log lines of a container as containerd and CRI-O write them: `<time> stdout F <text>` below /var/log/pods and /var/log/containers. A line that is longer than the
 * runtime's buffer is cut into parts (`P`), the last of which is `F`. Source: kubernetes/design-proposals-archive, node/kubelet-cri-logging.md.
 */
import type { Envelope } from './envelope';
import { headOf, said } from './facts';
import { isBetween, joined, type Part } from './parts';

/** Tags may follow P or F behind colons. The blank is absent where an empty line was trimmed. */
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[^\s]*)?(?: |$)/;

function read(line: string): (Part & { readonly goesOn: boolean }) | undefined {
  const found = LINE.exec(headOf(line));
  return found ? { time: found[1], stream: found[2], goesOn: found[3] === 'P', text: line.slice(found[0].length) } : undefined;
}

export const cri: Envelope = {
  id: 'cri',
  title: 'CRI container log lines',
  isPart: (line, first) => {
    const here = read(line);
    if (!here || here.goesOn) return here !== undefined;
    const begun = first === undefined ? undefined : read(first);
    return begun !== undefined && isBetween(begun, here);
  },
  line: (line) => {
    const parts = line.split('\n').map(read);
    const [first] = parts;
    if (!first) return undefined;
    const text = parts.length === 1 ? first.text : joined(parts.filter((part) => part !== undefined));
    return text.trim() === '' ? { ignored: 'blank line' } : { text, context: said({ time: first.time }) };
  },
};
