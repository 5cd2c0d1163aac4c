/** One icon, one word and one colour (the class `k-<kind>`) a kind, the same everywhere. */
import ArrowDownLeft from '@lucide/svelte/icons/arrow-down-left';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import ArrowUpRight from '@lucide/svelte/icons/arrow-up-right';
import Braces from '@lucide/svelte/icons/braces';
import File from '@lucide/svelte/icons/file';
import LogIn from '@lucide/svelte/icons/log-in';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import Terminal from '@lucide/svelte/icons/terminal';
import type { Component } from 'svelte';
import type { Kind } from '../../workers/contract/attributes';

/** Order of legend and read-outs. */
export const SHOWN_KINDS: readonly Kind[] = ['cmd', 'net', 'exec', 'file', 'api', 'policy'];

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  cmd: 'Commands',
  net: 'Network',
  exec: 'Kubectl exec',
  file: 'File',
  api: 'API calls',
  policy: 'Other policy',
};

export type Icon = Component<{ readonly class?: string }>;

export const KIND_ICONS: Readonly<Record<Kind, Icon>> = {
  cmd: Terminal,
  net: ArrowLeftRight,
  exec: LogIn,
  file: File,
  api: Braces,
  policy: ShieldAlert,
};

/** The icon of one activity: a connection's arrow points the way it went. */
export const iconOf = (kind: Kind, direction: unknown): Icon =>
  kind === 'net' && direction === 'in' ? ArrowDownLeft : kind === 'net' && direction === 'out' ? ArrowUpRight : KIND_ICONS[kind];
