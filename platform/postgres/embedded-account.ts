import { execFileSync, spawnSync } from "node:child_process";
import { StartError } from "../start-error.ts";

/** The unprivileged account that PostgreSQL runs as, since it refuses to run as root. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

const ACCOUNT_NAME = "postgres";

function idOf(flag: "-u" | "-g"): number | null {
  const { status, stdout } = spawnSync("id", [flag, ACCOUNT_NAME], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout, 10) : null;
}

/**
 * `null` when this process is not root: the server runs as the same user. As root: the account
 * `postgres`, created when the system lacks it. @throws StartError `right_missing`.
 */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  if (idOf("-u") === null) createAccount();
  const uid = idOf("-u");
  const gid = idOf("-g");
  if (uid === null || gid === null) {
    throw new StartError("right_missing", `The system account ${ACCOUNT_NAME} cannot be found.`);
  }
  return { uid, gid };
}

function createAccount(): void {
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", ACCOUNT_NAME], {
      stdio: "pipe",
    });
  } catch (cause) {
    throw new StartError(
      "right_missing",
      "PostgreSQL does not run as root, and the system account postgres could not be created; " +
        "run as an ordinary user, or create the account.",
      { cause },
    );
  }
}

/** Whether `account` may enter the directory `path` (root's own home is often closed). */
export function mayEnter(account: ServerAccount, path: string): boolean {
  const options = { uid: account.uid, gid: account.gid, cwd: "/", stdio: "ignore" } as const;
  return spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], options).status === 0;
}
