import { expect, test } from 'vitest';
import { matchArgv } from '../../../workers/correlate/argv';

const image = (cmdline: string | null, exe: string | null = null, comm: string | null = null) => ({ cmdline, exe, comm });
const long = 'x'.repeat(300);

test.for([
  ['the same words', ['bash'], image('bash'), 'exact'],
  ['a path asked for', ['/bin/bash', '-l'], image('bash -l'), 'exact'],
  ['a path run', ['bash', '-l'], image('/bin/bash -l'), 'exact'],
  ['quotes of an agent around words with blanks', ['sh', '-c', 'df -h; ps aux'], image('sh -c "df -h; ps aux"'), 'exact'],
  ['no quotes at all', ['sh', '-c', 'df -h; ps aux'], image('sh -c df -h; ps aux'), 'exact'],
  ['a command line that was cut', ['sh', '-c', long], image(`sh -c ${long.slice(0, 200)}`), 'prefix'],
  ['a name alone', ['curl', 'http://x'], image(null, '/usr/bin/curl', 'curl'), 'name'],
  ['a shell under another name', ['sh', '-c', 'id'], image('/bin/dash -c id'), 'alias'],
  ['an interpreter with its version', ['python3', 'a.py'], image('python3.12 a.py'), 'alias'],
  ['a call that does not tell its command', null, image('bash'), 'unasked'],
  ['a script, told by its path and what its interpreter got', ['/app/run.sh', 'x'], image('/app/run.sh /app/run.sh x'), 'exact'],
  ['a script, told as its interpreter with an option', ['run.sh', 'x'], image('/bin/sh -e /usr/local/bin/run.sh x'), 'exact'],
  [
    'what a shell was to run in its own place',
    ['sh', '-c', 'test -x /bin/bash && exec bash || exec sh'],
    image('bash'),
    'within',
  ],
  ['what env runs', ['env', 'TERM=xterm', '/bin/bash'], image('bash'), 'within'],
  ['a word that only begins alike in a shell’s text', ['sh', '-c', 'bashful'], image('bash'), undefined],
  ['a word among the arguments of what runs nothing', ['grep', 'bash'], image('bash'), undefined],
  ['a command line of nothing but quotes', ['sh', '-c', 'exec bash'], image('""'), undefined],
  ['other arguments', ['bash', '-l'], image('bash'), undefined],
  ['another command', ['bash'], image('curl'), undefined],
  ['a command that only begins alike', ['tar', 'xf', 'a.tgz'], image('tar xf'), undefined],
  ['another name alone', ['curl'], image(null, '/usr/bin/wget', 'wget'), undefined],
] as const)('%s', ([, asked, ran, match]) => {
  expect(matchArgv(asked, ran)).toBe(match);
});
