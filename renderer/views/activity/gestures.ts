/** Wheel, pinch and pan over the graph: what is shown follows at once, what is asked for follows when the hand rests. */
import { type Closed, panBy, wheelFactor, zoomBy } from './window-data';

/** A hand rests after this. */
const REST_MS = 180;

export interface Gestured {
  /** The window as asked for. */
  readonly window: () => Closed;
  readonly longest: () => bigint;
  /** The plot's place on the page. */
  readonly box: () => { readonly left: number; readonly width: number };
  /** What is shown meanwhile; undefined: the window as asked for again. */
  readonly onLive: (window: Closed | undefined) => void;
  readonly onDone: (window: Closed) => void;
}

/** Listens on the plot's element until it is stopped. Touches: two fingers pinch and pan. Mouse: the wheel zooms, Shift-drag or the middle button pans. */
export function gestures(node: HTMLElement, { window, longest, box, onLive, onDone }: Gestured): () => void {
  let live: Closed | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pan: { readonly x: number; readonly from: Closed } | undefined;
  const fingers = new Map<number, number>();

  const show = (next: Closed) => {
    live = next;
    onLive(next);
  };
  const done = () => {
    clearTimeout(timer);
    const chosen = live;
    live = undefined;
    if (chosen) onDone(chosen);
  };
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(done, REST_MS);
  };
  const now = () => live ?? window();
  const at = (x: number): bigint => {
    const { left, width } = box();
    const { from, to } = now();
    return from + BigInt(Math.round(Number(to - from) * Math.min(1, Math.max(0, (x - left) / Math.max(1, width)))));
  };

  function wheel(event: WheelEvent) {
    event.preventDefault();
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways) show(panBy(now(), (event.deltaX || event.deltaY) / Math.max(1, box().width)));
    else if (event.deltaY !== 0) {
      show(zoomBy(now(), at(event.clientX), wheelFactor(event.deltaY, event.deltaMode, event.ctrlKey), longest()));
    }
    rest();
  }
  /** Before the plot hears of it: it would begin a brush. */
  function press(event: MouseEvent) {
    if (event.button !== 1 && !(event.button === 0 && event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    pan = { x: event.clientX, from: now() };
  }
  function moved(event: MouseEvent) {
    if (pan) show(panBy(pan.from, (pan.x - event.clientX) / Math.max(1, box().width)));
  }
  function released() {
    if (!pan) return;
    pan = undefined;
    done();
  }
  function touched(event: PointerEvent) {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, event.clientX);
  }
  function touchMoved(event: PointerEvent) {
    const before = fingers.get(event.pointerId);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (before === undefined || other === undefined) return;
    fingers.set(event.pointerId, event.clientX);
    const [was, is] = [Math.abs(before - other), Math.abs(event.clientX - other)];
    if (was > 8 && is > 8) show(zoomBy(now(), at(other), was / is, longest()));
  }
  function lifted(event: PointerEvent) {
    if (fingers.delete(event.pointerId) && live) rest();
  }

  node.addEventListener('wheel', wheel, { passive: false });
  node.addEventListener('mousedown', press, { capture: true });
  node.addEventListener('pointerdown', touched);
  node.addEventListener('pointermove', touchMoved);
  node.addEventListener('pointerup', lifted);
  node.addEventListener('pointercancel', lifted);
  const page = node.ownerDocument;
  page.addEventListener('mousemove', moved);
  page.addEventListener('mouseup', released);
  return () => {
    clearTimeout(timer);
    page.removeEventListener('mousemove', moved);
    page.removeEventListener('mouseup', released);
  };
}
