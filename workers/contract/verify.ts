/** Checks of a case, a report or a bag. */
export interface VerifyCheck {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface VerifyRequest {
  /** Absolute paths of original bundles. */
  readonly evidence?: readonly string[];
  /** Absolute path of a report. */
  readonly report?: string;
  /** Absolute path of a bag's folder. */
  readonly bag?: string;
  /**
   * What was kept of the journal outside of the case: its head hash as 64 hex digits, or the absolute path of a file that holds it: a report, a bag or its
   * bag-info.txt, or what `exhibit sign` made.
   */
  readonly anchors?: readonly string[];
  /** Of a case alone: whether its originals are imported again and every row is compared; takes as long as the imports did. */
  readonly again?: boolean;
  /** Absolute path of the signer's public key, PEM. */
  readonly key?: string;
}

export interface VerifyResult {
  readonly ok: boolean;
  readonly checks: readonly VerifyCheck[];
  readonly unchecked: readonly string[];
  /** What the journal was held against; null where nothing from outside was given. */
  readonly anchor: string | null;
}
