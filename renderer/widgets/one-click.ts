/** Keeps the second click of a double click, which opens something, from selecting the text under it. */
export function oneClick(event: MouseEvent): void {
  if (event.detail > 1) event.preventDefault();
}
