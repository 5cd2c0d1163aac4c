/**
 * Log lines of a container as containerd and CRI-O write them: `<time> stdout F <text>` below /var/log/pods and /var/log/containers. A line that is longer than the
 * runtime's buffer is cut into parts (`P`), the last of which is `F`. Source: kubernetes/design-proposals-archive, node/kubelet-cri-logging.md.
 */
import type { Envelope } from './envelope';
import { headOf, said } from './facts';

/** Tags may follow P or F behind colons. The blank is absent where an empty line was trimmed. */
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[^\s]*)?(?: |$)/;

const read = (line: string) => {
  const found = LINE.exec(headOf(line));
  return found
    ? { time: found[1] as string, stream: found[2], part: found[3] === 'P', text: line.slice(found[0].length) }
    : undefined;
};

export const cri: Envelope = {
  id: 'cri',
  title: 'CRI container log lines',
  isPart: (line) => read(line)?.part === true,
  line: (line) => {
    const first = read(line);
    if (!first) return undefined;
    const context = said({ time: first.time });
    const text = line.includes('\n')
      ? line
          .split('\n')
          .map((part) => read(part)?.text ?? part)
          .join('')
      : first.text;
    return text.trim() === '' ? { ignored: 'blank line' } : { text, context };
  },
};
