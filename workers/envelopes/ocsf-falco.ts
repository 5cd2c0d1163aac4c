/**
 * Falco's alerts as OCSF Security Findings, which falcosidekick writes into Amazon Security Lake (as Parquet): the alert itself stands in `raw_data`. Source:
 * falcosecurity/falcosidekick outputs/awssecuritylake.go.
 */
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, has, parsed } from './facts';

const SECURITY_FINDING = 2001;

function alertIn({ class_uid, raw_data }: Fields): string | undefined {
  if (class_uid !== SECURITY_FINDING || typeof raw_data !== 'string') return undefined;
  return has(fieldsOf(parsed(raw_data)), 'rule', 'priority', 'output_fields') ? raw_data : undefined;
}

/** It is no finding of OCSF's own then. */
export const isFalcoFinding = (record: Fields): boolean => alertIn(record) !== undefined;

export const ocsfFalco: Envelope = {
  id: 'ocsf-falco',
  title: 'OCSF findings of falcosidekick (Security Lake)',
  value: (value) => {
    const text = alertIn(value);
    return text === undefined ? undefined : { text };
  },
};
