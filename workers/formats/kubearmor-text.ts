/**
 * KubeArmor's telemetry as `karmor logs` prints it where no JSON is asked for: a heading `== Log / 2026-03-17 09:41:02.345678 ==`, then a field a line, of the same names as in
 * JSON (`kubearmor.ts`). Source: kubearmor/kubearmor-client log/logClient.go (`WatchTelemetryHelper`).
 *
 * - The heading has the time, in UTC without its zone; lists and maps are printed as Go prints them.
 * - A value may go on in further lines, and what is in it may look like fields: of a field that is there twice the last counts, as all that names a process comes last.
 */
import type { Context } from '../envelopes/envelope';
import type { DecodedSink, Format, LineDecoder, Place } from './format';
import { kubearmor } from './kubearmor';

const HEADING = /^\s*== (?:Log|Alert)(?: \/ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?))? ==\s*$/;
const FIELD = /^\s*([A-Z][A-Za-z]{1,31}): (.*)$/s;
const MOST_LINES = 4096;

interface Entry {
  readonly place: Place;
  readonly fields: Map<string, string>;
  readonly lines: Buffer[];
  readonly context: Context | undefined;
  /** Of the last field. */
  name: string | undefined;
  /** Of its last byte. */
  end: number;
}

/** `map[Name:shop Ref:Deployment]`. */
const inMap = (text: string, name: string): string | undefined => new RegExp(`(?:\\[| )${name}:([^\\s\\]]+)`).exec(text)?.[1];

function jsonOf(fields: ReadonlyMap<string, string>): string {
  const known = [...fields].filter(([name]) => name in kubearmor.columns);
  const owner = fields.get('Owner') ?? '';
  const tags = /^\[(.*)\]$/.exec(fields.get('ATags') ?? '')?.[1];
  return JSON.stringify({
    ...Object.fromEntries(known),
    Owner: { Ref: inMap(owner, 'Ref'), Name: inMap(owner, 'Name') },
    ATags: tags?.split(' '),
  });
}

class Decoder implements LineDecoder {
  private open: Entry | undefined;

  constructor(private readonly sink: DecodedSink) {}

  line(place: Place, line: Buffer, context?: Context): void {
    const text = line.toString('utf8');
    const heading = HEADING.exec(text);
    if (heading) this.begin(place, heading, context);
    else if (!this.open) this.sink.skip(place, 'ignored: text before the first log or alert');
    else if (this.open.lines.length >= MOST_LINES) this.sink.skip(place, 'rejected: more lines than a log or alert has');
    else this.extend(this.open, place, text);
    if (this.open && this.open.end === place.offset + place.length) this.open.lines.push(Buffer.from(line));
  }

  finish(): void {
    const { open } = this;
    this.open = undefined;
    if (!open) return;
    const place = { ...open.place, length: open.end - open.place.offset };
    if (open.fields.has('Operation')) this.sink.record(place, jsonOf(open.fields), Buffer.concat(open.lines), open.context);
    else this.sink.skip(place, 'rejected: a log or alert without its operation');
  }

  private begin(place: Place, [, day, clock]: RegExpExecArray, context: Context | undefined): void {
    this.finish();
    const fields = new Map(day === undefined ? [] : [['UpdatedTime', `${day}T${clock}Z`]]);
    this.open = { place, fields, lines: [], context, name: undefined, end: place.offset + place.length };
  }

  private extend(entry: Entry, place: Place, text: string): void {
    entry.end = place.offset + place.length;
    const [, name, value = ''] = FIELD.exec(text) ?? [];
    if (name !== undefined) entry.fields.set(name, value.trimEnd());
    else if (entry.name !== undefined) entry.fields.set(entry.name, `${entry.fields.get(entry.name)}\n${text}`);
    entry.name = name ?? entry.name;
  }
}

export const kubearmorText: Format = {
  ...kubearmor,
  id: 'kubearmor-text',
  title: 'KubeArmor telemetry in plain text',
  version: 1,
  recognisedBy: '== Log / time == or == Alert / time ==, and Operation in a line of its own',
  limits: [
    ...kubearmor.limits,
    'In plain text a value may hold what looks like a field or a heading: JSON (karmor logs --output json) tells them apart.',
  ],
  detect: () => 0,
  text: {
    detect: (lines) =>
      lines.some((line) => HEADING.test(line)) && lines.some((line) => /^\s*Operation: /.test(line))
        ? lines.filter((line) => HEADING.test(line) || FIELD.test(line)).length / lines.length
        : 0,
    open: (sink) => new Decoder(sink),
  },
};
