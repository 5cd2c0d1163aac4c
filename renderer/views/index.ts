/** Every view of the workbench: its title, what draws it, and its tab. A new view is a name in `state/address.ts` and an entry here. */
import type { Component } from 'svelte';
import { VIEWS, type ViewName } from '../state/address';
import type { Workbench } from '../state/workbench.svelte';
import ActivityView from './activity/ActivityView.svelte';
import BoardView from './board/BoardView.svelte';
import EvidenceView from './evidence/EvidenceView.svelte';
import FlowView from './flow/FlowView.svelte';
import PolicyView from './policy/PolicyView.svelte';
import QuestionsView from './questions/QuestionsView.svelte';
import SessionsView from './sessions/SessionsView.svelte';
import TraceView from './trace/TraceView.svelte';
import WelcomeView from './welcome/WelcomeView.svelte';

export interface ViewEntry {
  readonly title: string;
  readonly component: Component;
  /** Opens it from anywhere; shown in the palette. */
  readonly key?: string;
  /** Its tab in the top bar; a view without one is reached from another, which it names in `under`. */
  readonly tab?: { readonly title?: string; readonly count?: (workbench: Workbench) => number | undefined };
  readonly under?: ViewName;
}

export const VIEW_ENTRIES: Readonly<Record<ViewName, ViewEntry>> = {
  welcome: { title: 'Cases', component: WelcomeView, key: 'Shift+c' },
  activity: { title: 'Activity', component: ActivityView, key: 'Shift+a', tab: {} },
  sessions: { title: 'Sessions', component: SessionsView, key: 'Shift+s', tab: { count: (w) => w.sessions.value?.length } },
  trace: { title: 'Trace', component: TraceView, under: 'sessions' },
  flow: { title: 'API flow', component: FlowView, key: 'Shift+f', tab: {} },
  policy: {
    title: 'Policy & findings',
    component: PolicyView,
    key: 'Shift+p',
    tab: {
      title: 'Findings',
      count: (w) => w.policies.value && w.findings.value && w.policies.value.length + w.findings.value.findings.length,
    },
  },
  board: { title: 'Board', component: BoardView, key: 'Shift+b', tab: { count: (w) => w.marks.board.value?.length } },
  questions: { title: 'Questions', component: QuestionsView, key: 'Shift+q', tab: {} },
  evidence: { title: 'Evidence', component: EvidenceView, key: 'Shift+e', tab: { count: (w) => w.info?.evidence.length } },
};

/** Those with a tab, in the order of `VIEWS`. */
export const TABS: readonly ViewName[] = VIEWS.filter((name) => VIEW_ENTRIES[name].tab !== undefined);
