/** osquery's results in batches (`--logger_event_type=false`): the rows that were added are records. Rows that went away are left in the envelope. */
import type { Envelope } from './envelope';
import { fieldsOf, said, sinceEpoch, textOf } from './facts';

export const osqueryBatch: Envelope = {
  id: 'osquery-batch',
  title: 'osquery batches',
  list: (value) => {
    const result = fieldsOf(value);
    if (typeof result.name !== 'string' || !Array.isArray(fieldsOf(result.diffResults).added)) return undefined;
    return {
      path: ['diffResults', 'added'],
      context: said({
        source: result.name,
        host: textOf(result.hostIdentifier) ?? textOf(result.hostname),
        time: sinceEpoch(result.unixTime, 's'),
      }),
    };
  },
};
