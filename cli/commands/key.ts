import { generateKeyPairSync } from 'node:crypto';
import { oneOf, parse, usage } from '../args';
import { type Command, DONE } from '../command';
import { write } from '../files';

const OPTIONS = { output: { type: 'string', short: 'o' } } as const;
const ENDING = '.pem';

export const key: Command = {
  name: 'key',
  summary: 'make a pair of keys for signing',
  help: `key -o KEY.pem

  Writes KEY.pem, the private key, readable by you alone, and KEY.pub.pem, the public key, to be told to whoever is to check
  what you sign. Ed25519; the same as openssl genpkey -algorithm ed25519 -out KEY.pem and
  openssl pkey -in KEY.pem -pubout -out KEY.pub.pem. Nothing that is there is overwritten.`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    if (positionals.length > 0) throw usage(`key takes -o KEY.pem only; “${positionals[0]}” is one too many.`);
    const path = oneOf('-o KEY.pem', values.output === undefined ? [] : [values.output]);
    if (!path.endsWith(ENDING)) throw usage(`A key’s name ends in ${ENDING}; “${path}” does not.`);
    const publicPath = `${path.slice(0, -ENDING.length)}.pub${ENDING}`;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await write(path, privateKey, { flag: 'wx', mode: 0o600 });
    await write(publicPath, publicKey, { flag: 'wx', mode: 0o644 });
    await io.out(`${path}\n${publicPath}\n`);
    return DONE;
  },
};
