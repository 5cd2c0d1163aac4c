/** Whose credential opened a session, link by link, as far as the evidence goes: a credential, not a person. */

export type IdentityLinkName =
  | 'address'
  | 'claimed address'
  | 'client'
  | 'cloud principal'
  | 'user'
  | 'groups'
  | 'credential'
  | 'bound to pod'
  | 'impersonated user'
  | 'impersonated groups'
  | 'token asked for'
  | 'account created'
  | 'machine account';

export interface IdentityLink {
  readonly link: IdentityLinkName;
  /** As the evidence wrote it; lists with commas. */
  readonly value: string;
  /** On what it rests, and what it does not show; a phrase. */
  readonly basis: string;
  /** Ids of the activities that tell it. */
  readonly records: readonly string[];
}
