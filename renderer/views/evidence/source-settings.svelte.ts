import type { EvidenceInfo, MemberInfo } from '../../../workers/contract/evidence';
import type { SourceSettings } from '../../../workers/contract/intake';
import type { Progress } from '../../../workers/contract/progress';
import type { WindowEngine } from '../../../workers/transport/methods';
import { failureOf } from '../../state/failure';

/** What can be said of members, in the order in which it is offered. */
export const WHAT = ['zones', 'offsets', 'clusters'] as const satisfies readonly (keyof SourceSettings)[];
export const WHAT_WORDS: Readonly<Record<(typeof WHAT)[number], { readonly name: string; readonly example: string }>> = {
  zones: { name: 'zone', example: 'Europe/Berlin' },
  offsets: { name: 'clock ahead, s', example: '2 or -0.25' },
  clusters: { name: 'cluster', example: 'prod-eu' },
};

export interface SettingRow {
  what: (typeof WHAT)[number];
  member: string;
  value: string;
}

const isSaid = ({ value }: SettingRow): boolean => value.trim() !== '';

/** Rows as the engine takes them; a row without a member is for all of them, one without a value says nothing. */
export function settingsOf(rows: readonly SettingRow[]): Required<SourceSettings> {
  const of = (what: SettingRow['what']) =>
    rows
      .filter((row) => row.what === what && isSaid(row))
      .map(({ member, value }) => ({ member: member.trim() || '**', value: value.trim() }));
  return { zones: of('zones'), clusters: of('clusters'), offsets: of('offsets') };
}

export const rowsOf = (settings: Required<SourceSettings>): SettingRow[] =>
  WHAT.flatMap((what) => settings[what].map(({ member, value }) => ({ what, member, value })));

/** Members with times that name no zone, the most records first. */
export const zoneless = (members: readonly MemberInfo[]): readonly MemberInfo[] =>
  members.filter((member) => member.zoneless).toSorted((a, b) => (b.zoneless ?? 0) - (a.zoneless ?? 0));

/** A path that a person would rather not type, as a pattern that matches nothing else: the pattern's own characters stand for one of any kind. */
export const patternOf = (path: string): string => path.replaceAll('*', '?');

/** The settings of one evidence while a person changes them, and its reading under them. */
export class SourceSettingsForm {
  rows: SettingRow[] = $state([]);
  progress: Progress | undefined = $state.raw();
  busy = $state(false);
  said = $state('');

  constructor(private readonly engine: Pick<WindowEngine, 'setSettings' | 'stop'>) {}

  begin({ settings }: EvidenceInfo): void {
    this.rows = rowsOf(settings);
    if (this.rows.length === 0) this.add();
    this.said = '';
    this.progress = undefined;
  }

  add(row: Partial<SettingRow> = {}): void {
    const blank = this.rows.findIndex((each) => !isSaid(each) && each.member.trim() === '');
    const made = { what: 'zones' as const, member: '', value: '', ...row };
    if (row.member !== undefined && blank >= 0) this.rows[blank] = made;
    else this.rows.push(made);
  }

  remove(at: number): void {
    this.rows.splice(at, 1);
  }

  /** Answers whether the evidence was read so; `said` tells why not. */
  async keep(evidence: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.said = '';
    try {
      await this.engine.setSettings({ evidence, ...settingsOf($state.snapshot(this.rows)) }, (progress) => {
        this.progress = progress;
      });
      return true;
    } catch (error) {
      const failure = failureOf(error);
      this.said = failure.code === 'stopped' ? 'Stopped; the case is as it was.' : failure.message;
      return false;
    } finally {
      this.busy = false;
      this.progress = undefined;
    }
  }

  async stop(): Promise<void> {
    if (this.progress) await this.engine.stop(this.progress.job);
  }
}
