#!/usr/bin/env node
import { runAsProcess } from '../src/command.js'
import { demo } from '../src/demo.js'

await runAsProcess(demo)
