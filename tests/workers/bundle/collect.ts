/** A sink that keeps what it is given, one line each: place, `!` where not clean, what is inside, what the envelopes say. */
import type { RecordSink } from '../../../workers/bundle/framing';
import type { Context } from '../../../workers/envelopes/envelope';
import type { Place } from '../../../workers/formats/format';

export class Collect implements RecordSink {
  readonly seen: string[] = [];
  readonly places: Place[] = [];

  record(place: Place, bytes: Buffer, from: number, to: number, clean: boolean, context?: Context): void {
    const said = context ? ` ${JSON.stringify(context)}` : '';
    this.add(place, `${clean ? '' : '!'}${bytes.toString('utf8', from, to)}${said}`);
  }
  oversize(place: Place): void {
    this.add(place, '<oversize>');
  }
  skip(place: Place, fate: string): void {
    this.add(place, `<${fate}>`);
  }

  private add(place: Place, what: string): void {
    this.places.push(place);
    this.seen.push(`${place.record}${place.item === '' ? '' : `.${place.item}`} ${what}`);
  }
}
