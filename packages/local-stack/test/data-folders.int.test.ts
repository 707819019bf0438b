import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { prepareDataFolder } from '../src/database-template.js'
import { findServers } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'data-folders-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('several data folders are made at once, with no template to copy yet', async () => {
  const server = (await findServers()).database
  if (server === undefined) throw new Error('no database server is installed')
  const prepare = (name: string) =>
    prepareDataFolder({ server, folder: join(folder, name), templateDir: join(folder, 'template') })
  await expect(Promise.all(['one', 'two', 'three'].map(prepare))).resolves.toHaveLength(3)
})
