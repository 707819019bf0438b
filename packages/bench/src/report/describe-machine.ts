import { cpus, totalmem, type } from 'node:os'
import { formatNumber } from './format-number.ts'

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryMb: number
  readonly system: string
  readonly node: string
}

export const readMachine = (): Machine => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryMb: Math.round(totalmem() / 1024 / 1024),
  system: `${type()} ${process.arch}`,
  node: process.version,
})

export const describeMachine = ({ cores, cpu, memoryMb, system, node }: Machine): string =>
  `${cores} cores (${cpu}), ${formatNumber(memoryMb / 1024, 0)} GB, ${system}, Node ${node}`
