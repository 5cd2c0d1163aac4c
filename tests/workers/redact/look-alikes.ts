/** Secrets that look like those of common services and never were any: made here, so that no scanner takes the tests for a leak. */
const of = (alphabet: string, length: number): string =>
  Array.from({ length }, (_, i) => alphabet[(i * 7 + length) % alphabet.length]).join('');

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const MIXED = 'aB3dE5fG7hJ9kLmN0pQrStUvWxYz1c2';
const HEX = '0123456789abcdef';
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const JWT = [
  base64url({ alg: 'RS256', kid: 'k' }),
  base64url({ sub: 'system:serviceaccount:web:builder' }),
  of(MIXED, 86),
].join('.');
export const AWS_ID = `AKIA${of(UPPER, 16)}`;
export const AWS_SECRET = `${of(MIXED, 19)}/${of(MIXED, 20)}`;
export const GITHUB = `ghp_${of(MIXED, 36)}`;
export const GITLAB = `glpat-${of(MIXED, 20)}`;
export const SLACK = `xoxb-${of('1234567890', 12)}-${of(MIXED, 24)}`;
export const SLACK_HOOK = `T${of(UPPER, 8)}/B${of(UPPER, 8)}/${of(MIXED, 24)}`;
export const GOOGLE = `AIza${of(MIXED, 35)}`;
export const NPM = `npm_${of(MIXED, 36)}`;
export const STRIPE = `sk_live_${of(MIXED, 24)}`;
export const VAULT = `hvs.${of(MIXED, 24)}`;
export const OPENSHIFT = `sha256~${of(MIXED, 43)}`;
export const HEX_32 = of(HEX, 32);
export const PEM_BODY = `\nMIIE${of(MIXED, 60)}\n${of(MIXED, 60)}==\n`;
export const pem = (kind: string): string => `-----BEGIN ${kind}-----${PEM_BODY}-----END ${kind}-----`;
export const KEY_DATA = Buffer.from(pem('RSA PRIVATE KEY')).toString('base64');
export const CERTIFICATE_DATA = Buffer.from(pem('CERTIFICATE')).toString('base64');
export const DOCKER_AUTH = Buffer.from('builder:Tr0ub4dor-and-3').toString('base64');
export const DOCKER_CONFIG = Buffer.from(JSON.stringify({ auths: { 'registry.example': { auth: DOCKER_AUTH } } })).toString(
  'base64',
);
