/**
 * Names of system calls by architecture (linux arch/…/entry/syscalls, include/uapi/asm-generic/unistd.h), as far as an activity depends on them; of any other
 * the number is shown. Architectures are AUDIT_ARCH_* of include/uapi/linux/audit.h.
 */

/** `number name` pairs. */
const table = (pairs: string): ReadonlyMap<number, string> =>
  new Map(
    pairs.split(';').map((pair) => {
      const [number = '', name = ''] = pair.split(' ');
      return [Number(number), name];
    }),
  );

const X86_64 = table(
  '0 read;1 write;2 open;3 close;4 stat;5 fstat;6 lstat;8 lseek;9 mmap;10 mprotect;13 rt_sigaction;14 rt_sigprocmask;16 ioctl;21 access;22 pipe;23 select;33 dup2;40 sendfile;41 socket;42 connect;43 accept;44 sendto;45 recvfrom;46 sendmsg;47 recvmsg;48 shutdown;49 bind;50 listen;51 getsockname;52 getpeername;53 socketpair;54 setsockopt;56 clone;57 fork;58 vfork;59 execve;60 exit;62 kill;72 fcntl;76 truncate;77 ftruncate;78 getdents;79 getcwd;80 chdir;81 fchdir;82 rename;83 mkdir;84 rmdir;85 creat;86 link;87 unlink;88 symlink;89 readlink;90 chmod;91 fchmod;92 chown;93 fchown;94 lchown;101 ptrace;103 syslog;105 setuid;106 setgid;109 setpgid;112 setsid;113 setreuid;114 setregid;116 setgroups;117 setresuid;119 setresgid;122 setfsuid;123 setfsgid;125 capget;126 capset;132 utime;133 mknod;135 personality;155 pivot_root;157 prctl;159 adjtimex;161 chroot;163 acct;164 settimeofday;165 mount;166 umount2;167 swapon;168 swapoff;169 reboot;170 sethostname;171 setdomainname;172 iopl;173 ioperm;175 init_module;176 delete_module;179 quotactl;188 setxattr;189 lsetxattr;190 fsetxattr;197 removexattr;198 lremovexattr;199 fremovexattr;200 tkill;202 futex;212 lookup_dcookie;216 remap_file_pages;217 getdents64;227 clock_settime;231 exit_group;232 epoll_wait;234 tgkill;235 utimes;246 kexec_load;248 add_key;250 keyctl;254 inotify_add_watch;257 openat;258 mkdirat;259 mknodat;260 fchownat;261 futimesat;262 newfstatat;263 unlinkat;264 renameat;265 linkat;266 symlinkat;268 fchmodat;269 faccessat;272 unshare;275 splice;280 utimensat;285 fallocate;288 accept4;292 dup3;293 pipe2;298 perf_event_open;299 recvmmsg;300 fanotify_init;303 name_to_handle_at;304 open_by_handle_at;305 clock_adjtime;307 sendmmsg;308 setns;310 process_vm_readv;311 process_vm_writev;313 finit_module;316 renameat2;317 seccomp;319 memfd_create;320 kexec_file_load;321 bpf;322 execveat;323 userfaultfd;326 copy_file_range;332 statx;425 io_uring_setup;426 io_uring_enter;428 open_tree;429 move_mount;430 fsopen;432 fsmount;434 pidfd_open;435 clone3;437 openat2;438 pidfd_getfd;439 faccessat2;442 mount_setattr;446 landlock_restrict_self;452 fchmodat2',
);
const I386 = table(
  '1 exit;2 fork;3 read;4 write;5 open;6 close;8 creat;9 link;10 unlink;11 execve;12 chdir;14 mknod;15 chmod;16 lchown;19 lseek;21 mount;22 umount;23 setuid;25 stime;26 ptrace;30 utime;33 access;37 kill;38 rename;39 mkdir;40 rmdir;42 pipe;46 setgid;51 acct;52 umount2;54 ioctl;55 fcntl;57 setpgid;61 chroot;63 dup2;66 setsid;70 setreuid;71 setregid;74 sethostname;79 settimeofday;81 setgroups;82 select;83 symlink;85 readlink;87 swapon;88 reboot;90 mmap;92 truncate;93 ftruncate;94 fchmod;95 fchown;101 ioperm;102 socketcall;103 syslog;106 stat;107 lstat;108 fstat;110 iopl;115 swapoff;120 clone;121 setdomainname;124 adjtimex;125 mprotect;128 init_module;129 delete_module;131 quotactl;133 fchdir;136 personality;138 setfsuid;139 setfsgid;141 getdents;164 setresuid;170 setresgid;172 prctl;174 rt_sigaction;175 rt_sigprocmask;182 chown;183 getcwd;184 capget;185 capset;187 sendfile;190 vfork;193 truncate64;194 ftruncate64;195 stat64;197 fstat64;198 lchown32;207 fchown32;212 chown32;217 pivot_root;220 getdents64;226 setxattr;227 lsetxattr;228 fsetxattr;235 removexattr;236 lremovexattr;237 fremovexattr;238 tkill;240 futex;252 exit_group;253 lookup_dcookie;256 epoll_wait;257 remap_file_pages;264 clock_settime;270 tgkill;271 utimes;286 add_key;288 keyctl;292 inotify_add_watch;295 openat;296 mkdirat;297 mknodat;298 fchownat;299 futimesat;301 unlinkat;302 renameat;303 linkat;304 symlinkat;306 fchmodat;307 faccessat;310 unshare;313 splice;320 utimensat;324 fallocate;330 dup3;331 pipe2;336 perf_event_open;337 recvmmsg;338 fanotify_init;341 name_to_handle_at;342 open_by_handle_at;343 clock_adjtime;345 sendmmsg;346 setns;347 process_vm_readv;348 process_vm_writev;350 finit_module;353 renameat2;354 seccomp;356 memfd_create;357 bpf;358 execveat;359 socket;360 socketpair;361 bind;362 connect;363 listen;364 accept4;366 setsockopt;367 getsockname;368 getpeername;369 sendto;370 sendmsg;371 recvfrom;372 recvmsg;373 shutdown;374 userfaultfd;377 copy_file_range;383 statx;425 io_uring_setup;426 io_uring_enter;428 open_tree;429 move_mount;430 fsopen;432 fsmount;434 pidfd_open;435 clone3;437 openat2;438 pidfd_getfd;439 faccessat2;442 mount_setattr;446 landlock_restrict_self;452 fchmodat2',
);
const AARCH64 = table(
  '5 setxattr;6 lsetxattr;7 fsetxattr;14 removexattr;15 lremovexattr;16 fremovexattr;17 getcwd;18 lookup_dcookie;24 dup3;25 fcntl;27 inotify_add_watch;29 ioctl;33 mknodat;34 mkdirat;35 unlinkat;36 symlinkat;37 linkat;38 renameat;39 umount2;40 mount;41 pivot_root;45 truncate;46 ftruncate;47 fallocate;48 faccessat;49 chdir;50 fchdir;51 chroot;52 fchmod;53 fchmodat;54 fchownat;55 fchown;56 openat;57 close;59 pipe2;60 quotactl;61 getdents;62 lseek;63 read;64 write;71 sendfile;76 splice;79 newfstatat;88 utimensat;89 acct;90 capget;91 capset;92 personality;93 exit;94 exit_group;97 unshare;98 futex;104 kexec_load;105 init_module;106 delete_module;112 clock_settime;116 syslog;117 ptrace;129 kill;130 tkill;131 tgkill;134 rt_sigaction;135 rt_sigprocmask;142 reboot;143 setregid;144 setgid;145 setreuid;146 setuid;147 setresuid;149 setresgid;151 setfsuid;152 setfsgid;154 setpgid;157 setsid;159 setgroups;161 sethostname;162 setdomainname;167 prctl;170 settimeofday;171 adjtimex;198 socket;199 socketpair;200 bind;201 listen;202 accept;203 connect;204 getsockname;205 getpeername;206 sendto;207 recvfrom;208 setsockopt;210 shutdown;211 sendmsg;212 recvmsg;217 add_key;219 keyctl;220 clone;221 execve;222 mmap;224 swapon;225 swapoff;226 mprotect;234 remap_file_pages;241 perf_event_open;242 accept4;243 recvmmsg;262 fanotify_init;264 name_to_handle_at;265 open_by_handle_at;266 clock_adjtime;268 setns;269 sendmmsg;270 process_vm_readv;271 process_vm_writev;273 finit_module;276 renameat2;277 seccomp;279 memfd_create;280 bpf;281 execveat;282 userfaultfd;285 copy_file_range;291 statx;294 kexec_file_load;425 io_uring_setup;426 io_uring_enter;428 open_tree;429 move_mount;430 fsopen;432 fsmount;434 pidfd_open;435 clone3;437 openat2;438 pidfd_getfd;439 faccessat2;442 mount_setattr;446 landlock_restrict_self;452 fchmodat2',
);
const ARCHITECTURES: ReadonlyMap<string, { readonly name: string; readonly calls: ReadonlyMap<number, string> }> = new Map([
  ['c000003e', { name: 'x86_64', calls: X86_64 }],
  ['40000003', { name: 'i386', calls: I386 }],
  ['c00000b7', { name: 'aarch64', calls: AARCH64 }],
]);

/** The x32 interface marks its numbers with this bit. */
const X32 = 0x40000000;

/** The name of a call; a number of an unknown architecture stays `syscall N`. */
export function syscallName(arch: string | undefined, number: string): string {
  if (!/^\d{1,10}$/.test(number)) return number;
  const name = ARCHITECTURES.get(arch ?? '')?.calls.get(Number(number) & ~X32);
  return name ?? `syscall ${number}`;
}

/** Calls that act on a file, by what they do to it; `open` depends on its flags. */
export const FILE_MODES = {
  open: ['open', 'openat', 'openat2', 'open_by_handle_at'],
  create: ['creat', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'symlink', 'symlinkat', 'link', 'linkat'],
  delete: ['unlink', 'unlinkat', 'rmdir'],
  rename: ['rename', 'renameat', 'renameat2'],
  chmod: ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'],
  chown: ['chown', 'fchown', 'lchown', 'fchownat', 'chown32', 'fchown32', 'lchown32'],
  write: ['truncate', 'ftruncate', 'truncate64', 'ftruncate64'],
  attributes: [
    'setxattr',
    'lsetxattr',
    'fsetxattr',
    'removexattr',
    'lremovexattr',
    'fremovexattr',
    'utime',
    'utimes',
    'utimensat',
    'futimesat',
  ],
} as const;
export const EXECS = ['execve', 'execveat'] as const;
export const EXITS = ['exit', 'exit_group'] as const;
export const NET_OUT = ['connect', 'sendto', 'sendmsg'] as const;
export const NET_IN = ['accept', 'accept4', 'bind', 'listen', 'recvfrom', 'recvmsg'] as const;

/** Errors by name (include/uapi/asm-generic/errno*.h), for sources that write the name. */
export const ERRNO: Readonly<Record<string, number>> = Object.fromEntries(
  'EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL -'
    .split(' ')
    .map((name, i) => [name, i + 1]),
);
