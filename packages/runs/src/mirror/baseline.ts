import type { RunRecord } from '@gather/ledger'
import { ENCODER_VERSION, type TableDigest } from '@gather/store'
import { type Baseline, readProof } from '../proof.ts'

/** The baseline of a table all of whose rows were read. */
export const provenBaseline = (target: TableDigest): Baseline => ({
  target,
  encoderVersion: ENCODER_VERSION,
  valuesProven: true,
})

/** The baseline that a success left, where this version of the encoder can go by it. */
export function baselineOf(run: RunRecord): Baseline | undefined {
  const baseline = readProof(run)?.baseline
  return baseline?.encoderVersion === ENCODER_VERSION ? baseline : undefined
}

export const isSameDigest = (one: TableDigest, other: TableDigest): boolean =>
  one.digestSum === other.digestSum && isSameRows(one, other)

/** True where the rows are the same ones, whatever their values. */
export const isSameRows = (one: TableDigest, other: TableDigest): boolean =>
  one.rowCount === other.rowCount && one.identitySum === other.identitySum
