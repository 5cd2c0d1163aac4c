import { ExhibitError } from '../workers/contract/errors';
import type { Handle } from '../workers/contract/shell';

/**
 * Hands dropped files to `exhibit serve`, one request a file into one drop: `POST /drop?name=…` opens it and answers with its handle,
 * `POST /drop?handle=…&name=…` adds to it. Rejects with `unavailable` or what the server says.
 */
export async function upload(files: readonly File[], onShare: (share: number) => void): Promise<Handle> {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  let handle: Handle | undefined;
  for (const file of files) {
    const query = new URLSearchParams({ name: file.webkitRelativePath || file.name });
    if (handle) query.set('handle', handle.handle);
    handle = await send(`/drop?${query}`, file, (loaded) => onShare(total === 0 ? 1 : (done + loaded) / total));
    done += file.size;
  }
  if (!handle) throw new ExhibitError('usage', 'Nothing was dropped that could be read; drop a file, a folder or an archive.');
  return handle;
}

/** XMLHttpRequest, since `fetch` tells nothing of how much was sent. */
function send(url: string, body: File, onLoaded: (bytes: number) => void): Promise<Handle> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', (event) => onLoaded(event.loaded));
    request.addEventListener('error', () =>
      reject(new ExhibitError('unavailable', 'Exhibit stopped answering while the files were handed over. Start it again.')),
    );
    request.addEventListener('load', () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as Handle);
      else
        reject(new ExhibitError('failed', request.responseText.slice(0, 500) || `The files were refused (${request.status}).`));
    });
    request.open('POST', url);
    request.send(body);
  });
}
