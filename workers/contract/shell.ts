/**
 * What a shell offers the workbench beside the engine. The renderer never passes a path (design section 5): it gets handles,
 * which only the shell can turn into paths.
 */
import type { CaseInfo } from './case';
import type { ImportRequest, ImportResult } from './evidence';
import type { ActivitiesExport, ActivitiesFile } from './export';
import type { Intake } from './intake';
import type { OnProgress } from './progress';
import type { Report, ReportRequest } from './report';
import type { VerifyResult } from './verify';

/** What a case held when this user last had it open. */
export interface CaseContents {
  /** Evidences, and the bytes of their originals. */
  readonly evidence: number;
  readonly bytes: number;
  readonly activities: number;
  /** Null where no activity has a time. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface RecentCase {
  readonly handle: string;
  readonly name: string;
  readonly state: 'ready' | 'locked' | 'newer' | 'damaged' | 'missing';
  readonly detail: string;
  readonly opened: string;
  readonly contents?: CaseContents;
}

/** Something that a person chose or dropped, resolvable by the shell alone. */
export interface Handle {
  readonly handle: string;
  readonly name: string;
}

export interface Shell {
  readonly kind: () => Promise<'desktop' | 'served'>;
  recent(): Promise<readonly RecentCase[]>;
  openCase(handle: string, readOnly?: boolean): Promise<CaseInfo>;
  /** A new case beside the others, named by the analyst. */
  newCase(name: string): Promise<CaseInfo>;
  openSample(): Promise<CaseInfo>;
  /** Desktop: a dialog. Served: null, since the browser uploads what is dropped (POST /drop) and gets a handle for it. */
  choose(what: 'bundle' | 'case'): Promise<Handle | null>;
  import(
    handle: string,
    request: Intake & Pick<ImportRequest, 'zones' | 'clusters'>,
    onProgress?: OnProgress,
  ): Promise<ImportResult>;
  /** Desktop: writes where a save dialog says and returns null. Served: returns the bytes for the browser to download. */
  saveReport(request: ReportRequest, onProgress?: OnProgress): Promise<Report | null>;
  /** As reports are saved. Throws `bounds` where the file is more than a window can take. */
  saveActivities(request: Omit<ActivitiesExport, 'out'>, onProgress?: OnProgress): Promise<ActivitiesFile | null>;
  verify(onProgress?: OnProgress): Promise<VerifyResult>;
}
