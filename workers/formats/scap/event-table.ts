/**
 * Parameter layouts of the events that change what is known or tell an activity. One line a type: its number, the call (`>` where it begins, `<`
 * where it ends), the parameters in order. Numbers never change their meaning and parameters are only ever added behind the others, so an older
 * capture has fewer. Field facts: falcosecurity/libs driver/event_table.c; some parameters have one name here that have several there
 * (`res` is whatever the call gave back).
 */
const MEMORY = 'pgft_maj pgft_min vm_size vm_rss vm_swap';
const PROCESS = 'res exe args tid pid ptid cwd fdlimit';
const CLONE = `${PROCESS} ${MEMORY} comm cgroups flags uid gid vtid vpid`;
const EXECVE = `${PROCESS} ${MEMORY} comm cgroups env tty`;
const EXECVE_19 = `${EXECVE} vpgid loginuid flags caps1 caps2 caps3 exe_ino ctime mtime uid exepath pgid gid`;
const ACCEPT = 'res tuple queuepct queuelen queuemax';

const TABLE = `
2 open> path flags mode
3 open< res path flags mode dev ino
4 close> fd
5 close< res fd
13 execve< ${PROCESS}
15 clone< ${PROCESS} flags uid gid
16 procexit>
18 socket> domain type proto
19 socket< res domain type proto
22 connect> fd addr
23 connect< res tuple fd addr
27 accept< ${ACCEPT}
28 send> fd size
29 send< res data fd size tuple
30 sendto> fd size tuple
31 sendto< res data fd size tuple
34 recvfrom> fd size
35 recvfrom< res data tuple fd size
48 sendmsg> fd size tuple
49 sendmsg< res data fd size tuple
52 recvmsg> fd
53 recvmsg< res size data tuple control fd
57 accept< ${ACCEPT}
58 creat> path mode
59 creat< res path mode dev ino
95 chdir< res path
96 fchdir> fd
97 fchdir< res fd
98 mkdir> path mode
99 mkdir< res
100 rmdir> path
101 rmdir< res
102 openat> dirfd path flags mode
103 openat< res
104 link> target path
105 link< res
106 linkat> targetfd target dirfd path
107 linkat< res
108 unlink> path
109 unlink< res
110 unlinkat> dirfd path
111 unlinkat< res
124 dup> fd
125 dup< res
155 execve< ${PROCESS} ${MEMORY}
157 clone< ${PROCESS} ${MEMORY} flags uid gid
173 execve< ${PROCESS} ${MEMORY} env
175 rename< res path newpath
177 renameat< res dirfd path newdirfd newpath
179 symlink< res target path
181 symlinkat< res target dirfd path
183 fork< ${PROCESS} ${MEMORY} flags uid gid
185 vfork< ${PROCESS} ${MEMORY} flags uid gid
186 procexit> status ret sig core reaper
192 setresuid> ruid euid suid
193 setresuid< res ruid euid suid
198 setuid> euid
199 setuid< res euid
215 execve< ${PROCESS} ${MEMORY} comm env
217 clone< ${PROCESS} ${MEMORY} comm flags uid gid
219 fork< ${PROCESS} ${MEMORY} comm flags uid gid
221 vfork< ${PROCESS} ${MEMORY} comm flags uid gid
223 clone< ${CLONE}
225 fork< ${CLONE}
227 vfork< ${CLONE}
228 container> id type name image
231 execve< ${PROCESS} ${MEMORY} comm cgroups env
247 accept< ${ACCEPT}
249 accept4< ${ACCEPT}
272 container> json
275 setsid< res
277 mkdir< res path mode
279 rmdir< res path
283 execve< ${EXECVE}
288 execve> filename
289 execve< ${EXECVE}
292 execve> filename
293 execve< ${EXECVE_19} filename
301 unlink< res path
303 unlinkat< res dirfd path flags
305 mkdirat< res dirfd path mode
307 openat< res dirfd path flags mode dev ino
309 link< res target path
311 linkat< res targetfd target dirfd path flags
313 fchmodat< res dirfd path mode
315 chmod< res path mode
317 fchmod< res fd mode
319 renameat2< res dirfd path newdirfd newpath flags
324 container> json
326 openat2> dirfd path flags mode resolve
327 openat2< res dirfd path flags mode resolve dev ino
330 execveat> dirfd filename flags
331 execveat< ${EXECVE_19}
335 clone3< ${CLONE}
337 open_by_handle_at< res mountfd flags path dev ino
354 useradded> uid gid name home shell container_id
362 dup2> fd
363 dup2< res fd newfd
364 dup3> fd
365 dup3< res fd newfd flags
366 dup> fd
367 dup< res fd
379 chown< res path uid gid
381 lchown< res path uid gid
383 fchown< res fd uid gid
385 fchownat< res dirfd path uid gid flags
389 accept4< ${ACCEPT} flags
415 mknod< res path mode dev
417 mknodat< res dirfd path mode dev
427 setreuid< res ruid euid
451 close_range< res first last flags
`;

export interface Layout {
  /** Name of the system call, or of what the capture itself tells. */
  readonly call: string;
  readonly ends: boolean;
  /** Place of each parameter. */
  readonly params: ReadonlyMap<string, number>;
}

/** By type. */
export const LAYOUTS: readonly (Layout | undefined)[] = parse(TABLE);

function parse(table: string): (Layout | undefined)[] {
  const layouts: (Layout | undefined)[] = [];
  for (const line of table.trim().split('\n')) {
    const [type, call, ...params] = line.split(' ') as [string, string, ...string[]];
    layouts[Number(type)] = {
      call: call.slice(0, -1),
      ends: call.endsWith('<'),
      params: new Map(params.map((name, place) => [name, place])),
    };
  }
  return layouts;
}

/** Beginnings of calls, calls without a name or peer, and what the capture tells of itself. One reason for them all, so that long runs are one. */
export const QUIET = 'ignored: an event that tells no activity';
const DROPPED = new Set([148, 149]);

/** Why an event of a type that nothing is done with gives no activity. */
export const quiet = (type: number): string => (DROPPED.has(type) ? 'ignored: events were dropped while capturing' : QUIET);
