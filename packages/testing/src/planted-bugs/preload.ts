import { registerHooks } from 'node:module'
import { BUG_VARIABLE, editsOf, plant } from './plant.ts'

/** Preloaded into a process of the product: its modules are read with the bug that the environment names. */
function plantIntoModules(name: string): void {
  const edits = editsOf(name)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (loaded.source === undefined || loaded.source === null) return loaded
      const source = Buffer.from(loaded.source as Uint8Array).toString('utf8')
      return { ...loaded, source: plant(edits, url, source) }
    },
  })
}

const name = process.env[BUG_VARIABLE]
if (name !== undefined) plantIntoModules(name)
