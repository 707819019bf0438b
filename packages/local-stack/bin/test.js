#!/usr/bin/env node
import { checkEverything } from '../src/check-everything.js'
import { runAsProcess } from '../src/command.js'

await runAsProcess(checkEverything)
