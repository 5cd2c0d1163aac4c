/** Puts a text onto the clipboard and answers what to say: `said`, or that the window was not allowed to. */
export async function toClipboard(text: string, said: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return said;
  } catch {
    return 'Nothing was copied: the window may not use the clipboard now. Click into it and try again.';
  }
}
