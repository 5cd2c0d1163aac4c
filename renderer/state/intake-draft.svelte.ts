import { INTAKE_FIELDS, type Intake, intakeOf, type MemberSetting } from '../../workers/contract/intake';

/** What is said of a bundle as it is handed over, and of its sources. */
export interface ImportSettings extends Intake {
  readonly zones?: readonly MemberSetting[];
  readonly clusters?: readonly MemberSetting[];
}

/** What was typed of the bundle that comes next: kept while a case is made for it and views change, taken by its import. */
export class IntakeDraft {
  said: { -readonly [K in keyof Intake]: string } = $state(empty());
  /** Lines or a list of `member=value`. */
  clusters = $state('');
  zones = $state('');
  readonly isTyped: boolean = $derived.by(() =>
    [...Object.values(this.said), this.clusters, this.zones].some((text) => text.trim() !== ''),
  );

  /** For the import that begins: what comes after it was handed over by others, or at another time. */
  take(): ImportSettings {
    const known = Object.entries(this.said).filter(([, text]) => text.trim() !== '');
    const taken = {
      ...intakeOf(Object.fromEntries(known)),
      clusters: settingsOf(this.clusters),
      zones: settingsOf(this.zones),
    };
    this.forget();
    return taken;
  }

  forget(): void {
    [this.said, this.clusters, this.zones] = [empty(), '', ''];
  }
}

const empty = () => Object.fromEntries(INTAKE_FIELDS.map((field) => [field, '']));

const settingsOf = (text: string): readonly MemberSetting[] =>
  text.split(/[\n,]/).flatMap((line) => {
    const at = line.lastIndexOf('=');
    return at > 0 ? [{ member: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }] : [];
  });
