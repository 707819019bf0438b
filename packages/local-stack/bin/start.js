#!/usr/bin/env node
import { runAsProcess } from '../src/command.js'
import { start } from '../src/start.js'

await runAsProcess(start)
