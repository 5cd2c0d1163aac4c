/**
 * Events of Sysmon for Linux as Elastic's agents keep them before they are mapped: `winlog` with the names of the Windows event log. Put back into the XML that Sysmon
 * itself writes. Source: elastic/integrations, sysmon_linux (what its pipeline reads).
 */
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, said, textOf } from './facts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** A line end would end the event. */
const escaped = (text: string): string =>
  text.replace(/[&<>"\r\n]/g, (character) => ESCAPES[character] ?? `&#${character.charCodeAt(0)};`);

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escaped(text)}</${name}>`;
const NAME = /^[A-Za-z]{1,64}$/;

function eventOf(winlog: Fields): string {
  const data = Object.entries(fieldsOf(winlog.event_data)).flatMap(([name, value]) =>
    typeof value === 'string' && NAME.test(name) ? [`<Data Name="${name}">${escaped(value)}</Data>`] : [],
  );
  const created = textOf(winlog.time_created);
  const system = [
    '<Provider Name="Linux-Sysmon"/>',
    element('EventID', String(winlog.event_id)),
    created === undefined ? '' : `<TimeCreated SystemTime="${escaped(created)}"/>`,
    element('EventRecordID', winlog.record_id === undefined ? undefined : String(winlog.record_id)),
    element('Computer', textOf(winlog.computer_name)),
  ];
  return `<Event><System>${system.join('')}</System><EventData>${data.join('')}</EventData></Event>`;
}

export const winlog: Envelope = {
  id: 'winlog',
  title: 'events of Sysmon under winlog',
  value: (value) => {
    const event = fieldsOf(value.winlog);
    const isSysmon = /^Linux-Sysmon\b/.test(textOf(event.channel) ?? textOf(event.provider_name) ?? '');
    if (!isSysmon || event.event_data === undefined) return undefined;
    return { text: eventOf(event), context: said({ host: textOf(fieldsOf(value.host).name) }) };
  },
};
