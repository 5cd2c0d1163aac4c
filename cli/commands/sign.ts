import { CASE, caseOf, oneOf, parse, usage } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { readPrivateKey, writeAnchor } from '../signing';

const OPTIONS = { ...CASE, key: { type: 'string' }, output: { type: 'string', short: 'o' } } as const;

export const sign: Command = {
  name: 'sign',
  summary: 'sign number and hash of the journal’s last entry, to be kept apart from the case',
  help: `sign --case DIR --key KEY.pem -o FILE

  Writes FILE, some lines of text that a person can read, and FILE.sig, the Ed25519 signature over them. Kept or sent apart
  from the case, they show later whether the journal was rewritten or cut: exhibit verify CASE --anchor FILE --key KEY.pub.pem.
  Without Exhibit: openssl pkeyutl -verify -pubin -inkey KEY.pub.pem -rawin -in FILE -sigfile FILE.sig

  --key        the private key, Ed25519 as PEM without passphrase: exhibit key, or openssl genpkey -algorithm ed25519`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    if (positionals.length > 0) throw usage(`sign takes options only; “${positionals[0]}” is one too many.`);
    if (!values.key) throw usage('With which key? Give it with --key KEY.pem; exhibit key makes one.');
    const path = oneOf('-o FILE', values.output === undefined ? [] : [values.output]);
    const key = await readPrivateKey(values.key);
    const info = await reading(caseOf(values), io, (engine) => engine.info());
    await io.out(await writeAnchor({ case: info.case, ...info.journal }, key, path));
    return DONE;
  },
};
