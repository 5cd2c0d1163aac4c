/** How far a job is. */
export interface Progress {
  /** Names the job for `stop`. */
  readonly job: string;
  readonly phase: 'reading' | 'loading' | 'resolving' | 'sealing' | 'correlating' | 'counting' | 'reporting' | 'verifying';
  readonly detail: string;
  /** Work done and in all, in `unit`; total null while unknown. */
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'records' | 'steps' | 'pages';
}

export type OnProgress = (progress: Progress) => void;
