/**
 * Falco alerts as plain text, as Falco prints them without `json_output`: `09:41:02.345678901: Warning Text of the rule (user=root …)`, with `time_format_iso_8601` a whole
 * time. The time of day has no date: the day is taken from who carried the line, where it was written within a minute; else the carrier's own time counts, and
 * without one the alert is undated. Neither rule nor tags are in it: the words before the values stand for the rule.
 * Sources: falcosecurity/falco, falco_outputs.cpp (`handle_event`), formats.cpp; Falco's documentation of its outputs.
 */
import type { Context, Envelope } from './envelope';
import { headOf, timeOf } from './facts';

const ALERT =
  /^(?:(\d\d:\d\d:\d\d(?:\.\d{1,9})?)|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))): (Emergency|Alert|Critical|Error|Warning|Notice|Informational|Debug) /;
/** Up to the values: in brackets, behind a bar (since Falco 0.36), or the first of them. */
const WORDS = /^(.{1,256}?)\s*(?: \(| \| | [\w.[\]]{1,64}=|$)/s;

const DAY = 86_400_000;
const AT_ONCE_MS = 60_000;

/** The clock of a Falco in another zone than that of the carrier cannot be brought to a day. */
function dated(clock: string, carrier: string | undefined): string | undefined {
  const written = Date.parse(carrier ?? '');
  if (Number.isNaN(written)) return undefined;
  const days = [-DAY, 0, DAY].map((off) => `${new Date(written + off).toISOString().slice(0, 10)}T${clock}Z`);
  return days.find((time) => Math.abs(Date.parse(time.replace(/(\.\d{3})\d*Z$/, '$1Z')) - written) <= AT_ONCE_MS) ?? carrier;
}

function alert(line: string, outer: Context): string | undefined {
  const [prefix, clock, iso, priority] = ALERT.exec(headOf(line)) ?? [];
  if (prefix === undefined) return undefined;
  const time = clock === undefined ? timeOf(iso) : dated(clock, outer.time);
  const rule = WORDS.exec(line.slice(prefix.length))?.[1] ?? '';
  return JSON.stringify({ time, rule, priority, hostname: outer.host, output: line });
}

export const falcoText: Envelope = {
  id: 'falco-text',
  title: 'Falco alerts in plain text',
  limits: [
    'Falco’s plain text names no rule, no tags and no source of the event: the words of the alert stand for its rule.',
    'Falco’s plain text gives the time of day alone, in the zone of its machine: the day is that of whoever carried the line, and alerts that nobody dated are undated.',
  ],
  line: (line, outer = {}) => {
    const text = alert(line, outer);
    return text === undefined ? undefined : { text };
  },
};
