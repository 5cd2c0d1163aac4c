/** What is run in the generated containers. */
export const SHELLS = [['bash'], ['sh'], ['/bin/sh'], ['/bin/bash', '-l'], ['sh', '-c', 'bash || sh']] as const;
export const ONCE = [
  ['ls', '-la', '/srv'],
  ['cat', '/etc/resolv.conf'],
  ['env'],
  ['df', '-h'],
  ['date'],
  ['sh', '-c', 'ps aux | head'],
] as const;
export const WORK = [
  ['ls', '-l'],
  ['cat', '/etc/passwd'],
  ['curl', '-s', 'http://198.51.100.9/x'],
  ['ps', 'aux'],
  ['grep', '-r', 'token', '/srv'],
  ['find', '/', '-name', '*.key'],
  ['id'],
  ['tar', 'czf', '/tmp/o.tgz', '/srv'],
] as const;
export const PROBES = [
  ['cat', '/tmp/healthy'],
  ['sh', '-c', 'redis-cli ping'],
  ['ls', '-la', '/srv'],
] as const;
/** `kubectl cp`, out of the container and into it. */
export const COPIES = [
  ['tar', 'cf', '-', '/srv/data'],
  ['tar', '-xmf', '-', '-C', '/tmp'],
] as const;
export const SERVERS = [
  ['nginx', '-g', 'daemon off;'],
  ['java', '-jar', 'app.jar'],
  ['node', 'server.js'],
  ['redis-server'],
] as const;
/** What consoles and scripts ask for to get a shell, and what then runs in its place. */
export const WRAPPED = [
  { asked: ['sh', '-c', 'command -v bash >/dev/null && exec bash || exec sh'], runs: ['bash'] },
  { asked: ['/bin/sh', '-c', 'clear; exec ash'], runs: ['ash'] },
  { asked: ['env', 'TERM=xterm', 'bash'], runs: ['bash'] },
] as const;
