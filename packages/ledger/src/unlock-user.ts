import { Fault, isFault } from '@gather/platform'
import { Database } from './database.ts'

/** The users that the scripts of sql/users make, locked and without a password. */
const USERS = ['importuser', 'viewer']

/** What {@link unlockUser} found: `foreign` users are none of sql/users, and stay as they are. */
export type UnlockOutcome = 'unlocked' | 'ready' | 'foreign'

export interface UnlockOptions {
  /** `mysql://user:password@host:port/schema` of the user that is to be let in. */
  readonly url: string
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile?: string | undefined
}

/**
 * Lets a user of sql/users in: unlocks it and gives it the password of its URL, unless it can log in with that already.
 * @param admin - a database whose user may alter users, on the same server
 * @throws Fault `CONFIG_INVALID` (terminal): the URL has no password
 */
export async function unlockUser(admin: Database, options: UnlockOptions): Promise<UnlockOutcome> {
  const { username, password } = new URL(options.url)
  const user = decodeURIComponent(username)
  if (!USERS.includes(user)) return 'foreign'
  if (password === '') throw withoutPassword(user)
  if (await canLogIn(options)) return 'ready'
  await setPassword(admin, user, decodeURIComponent(password))
  return 'unlocked'
}

async function canLogIn({ url, caFile }: UnlockOptions): Promise<boolean> {
  const database = new Database({ url, caFile, connectionsMax: 1, withoutSchema: true })
  try {
    await database.rows('SELECT 1')
    return true
  } catch (error) {
    if (isFault(error) && error.code === 'DATABASE_ACCESS_DENIED') return false
    throw error
  } finally {
    await database.close()
  }
}

async function setPassword(admin: Database, user: string, password: string): Promise<void> {
  try {
    await admin.write("ALTER USER ?@'%' IDENTIFIED BY ? ACCOUNT UNLOCK", [user, password])
  } catch (error) {
    if (!isFault(error)) throw error
    // Without its cause: the driver hangs the statement on it, with the password.
    const { code, kind, message, context } = error
    throw new Fault({ code, kind, message, context })
  }
}

function withoutPassword(user: string): Fault {
  const message = `the URL of ${user} has no password; put one there, which ${user} is then given`
  return new Fault({ code: 'CONFIG_INVALID', kind: 'terminal', message })
}
