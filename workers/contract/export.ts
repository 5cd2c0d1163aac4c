/** What leaves the case: a bag, or the activities in view. */
import type { View } from './view';

export interface ExportRequest {
  /** Absolute path of a folder that is not there yet. */
  readonly out: string;
  /** Sessions of the report; all that is marked where empty. */
  readonly ids: readonly string[];
  /** As in `ReportRequest`. */
  readonly created?: string;
}

export interface Exported {
  /** Of the bag's manifest, which has the hash of every file in it. */
  readonly sha256: string;
  /** Number and hash of the journal's last entry in the bag, to be told apart from it. */
  readonly entries: number;
  readonly head: string;
  /** As in `Report`. */
  readonly journaled: boolean;
}

/** What is in view, as a file that another case reads, too. */
export interface ActivitiesExport extends View {
  readonly format: 'parquet' | 'csv' | 'ndjson';
  /** Absolute path of a file that is not there yet. */
  readonly out: string;
  /** As in `ReportRequest`. */
  readonly redact?: 'default' | 'none';
}

export interface ActivitiesExported {
  readonly sha256: string;
  readonly activities: number;
  /** In how many places a secret was taken out. */
  readonly redacted: number;
  /** As in `Report`. */
  readonly journaled: boolean;
}

/** The same for a window, which has no path to write to. */
export interface ActivitiesFile extends ActivitiesExported {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}
