/**
 * Coalesced events of go-libaudit below `event`, as its test collections hold them (aucoalesce/testdata). Documents of Auditbeat are of another format (ECS), which reads them as they are.
 */
import type { Envelope } from './envelope';
import { fieldsOf, has } from './facts';

export const libaudit: Envelope = {
  id: 'libaudit',
  title: 'named cases of go-libaudit',
  value: (value) =>
    has(fieldsOf(value.event), 'record_type', 'sequence') && !has(value, 'record_type') ? { path: ['event'] } : undefined,
};
