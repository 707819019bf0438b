import type { ColumnSpec, DatasetSpec, GeneratedRows, PortalRecord } from './dataset-spec.ts'
import { CAT_BREEDS, DOG_BREEDS, FIRST_SYLLABLES, LAST_SYLLABLES, ODD_NAMES, TITLES } from './pet-words.ts'
import { hashNumbers } from './random.ts'

export const PET_LICENSE_DATASET_ID = 'jguv-t9rb'
/** As many as the real set had in July 2019. */
export const PET_LICENSE_ROW_COUNT = 51_754

/** The columns of Seattle's pet licences, in the order of its CSV export, with the types of its API. */
export const petLicenseColumns: readonly ColumnSpec[] = [
  {
    name: 'License Issue Date',
    fieldName: 'license_issue_date',
    dataTypeName: 'calendar_date',
    dateDisplay: 'long',
  },
  { name: 'License Number', fieldName: 'license_number', dataTypeName: 'text' },
  { name: "Animal's Name", fieldName: 'animal_s_name', dataTypeName: 'text' },
  { name: 'Species', fieldName: 'species', dataTypeName: 'text' },
  { name: 'Primary Breed', fieldName: 'primary_breed', dataTypeName: 'text' },
  { name: 'Secondary Breed', fieldName: 'secondary_breed', dataTypeName: 'text' },
  { name: 'ZIP Code', fieldName: 'zip_code', dataTypeName: 'text' },
]

export interface PetLicenseOptions {
  /** @defaultValue 1 */
  readonly seed?: number
  /** @defaultValue 51754 */
  readonly rowCount?: number
}

/**
 * Licences like Seattle's: row i depends on seed and i only, so a shorter set is the beginning of a longer one. The
 * value shapes are those of the real set: dates from 2003 to 2019, mostly recent; some licence numbers twice; wholly
 * equal neighbours (rows 23 and 24, 30 and 31, then one pair in 25,000); names with quotes, backslashes, other scripts,
 * or missing.
 */
export function generatePetLicenses({
  seed = 1,
  rowCount = PET_LICENSE_ROW_COUNT,
}: PetLicenseOptions = {}): GeneratedRows {
  const rowAt = (index: number): PortalRecord => licenseAt(seed, index)
  return {
    rowCount,
    rowAt,
    *[Symbol.iterator]() {
      for (let index = 0; index < rowCount; index += 1) yield rowAt(index)
    },
  }
}

/** {@link generatePetLicenses} as a whole data set, by default under the id of the real one. */
export function petLicenseDataset(options: PetLicenseOptions & { readonly id?: string } = {}): DatasetSpec {
  const { id = PET_LICENSE_DATASET_ID, ...rows } = options
  return { id, name: 'Sample Pet Licenses', columns: petLicenseColumns, rows: generatePetLicenses(rows) }
}

function licenseAt(seed: number, index: number): PortalRecord {
  const source = index === 24 || index === 31 || index % 25_000 === 24_999 ? index - 1 : index
  const renewed = source % 3400 === 50
  const pick = (salt: number) => hashNumbers(seed, source, salt)
  const species = speciesOf(pick(1))
  return {
    license_issue_date: issueDateOf(pick(2), pick(3)),
    license_number: licenseNumberOf(seed, renewed ? source - 7 : source),
    animal_s_name: nameOf(source, pick(4), pick(5)),
    species,
    ...breedsOf(species, pick(6), pick(7)),
    zip_code: zipCodeOf(pick(8)),
  }
}

function speciesOf(hash: number): string {
  const permille = hash % 10_000
  if (permille < 6740) return 'Dog'
  if (permille < 9990) return 'Cat'
  return permille < 9998 ? 'Goat' : 'Pig'
}

const FIRST_DAY_MS = Date.UTC(2003, 3, 19)
const RECENT_FIRST_DAY_MS = Date.UTC(2017, 8, 1)
const LAST_DAY_MS = Date.UTC(2019, 6, 23)
const DAY_MS = 86_400_000

function issueDateOf(hash: number, spread: number): string {
  const firstDayMs = hash % 150 === 0 ? FIRST_DAY_MS : RECENT_FIRST_DAY_MS
  const dayCount = (LAST_DAY_MS - firstDayMs) / DAY_MS + 1
  return `${isoDay(firstDayMs + (spread % dayCount) * DAY_MS)}T00:00:00.000`
}

const knownDays = new Map<number, string>()

/** There are some thousand days at most, and each takes part in many rows. */
function isoDay(timeMs: number): string {
  const known = knownDays.get(timeMs)
  if (known !== undefined) return known
  const day = new Date(timeMs).toISOString().slice(0, 10)
  knownDays.set(timeMs, day)
  return day
}

function licenseNumberOf(seed: number, index: number): string {
  const share = hashNumbers(seed, index, 9) % 100
  if (share < 48) return `S${100_000 + index}`
  if (share < 54 && index < 90_000) return String(10_000 + index)
  return share === 99 ? `s${100_000 + index}` : String(100_000 + index)
}

function nameOf(index: number, hash: number, second: number): string | null {
  if (index >= 2 && index < 2 + ODD_NAMES.length) return ODD_NAMES[index - 2] ?? null
  const permille = hash % 1000
  if (permille < 6) return null
  if (permille < 9) return pickFrom(ODD_NAMES, second)
  const name = pickFrom(FIRST_SYLLABLES, second) + pickFrom(LAST_SYLLABLES, second >>> 8)
  if (permille < 600) return name
  if (permille < 700) return `${pickFrom(TITLES, hash >>> 10)} ${name}`
  return name + pickFrom(LAST_SYLLABLES, hash >>> 12)
}

function breedsOf(species: string, hash: number, second: number): PortalRecord {
  if (species === 'Goat') return { primary_breed: 'Pygmy Goat', secondary_breed: null }
  if (species === 'Pig') return { primary_breed: 'Pot-Bellied Pig', secondary_breed: null }
  const breeds = species === 'Cat' ? CAT_BREEDS : DOG_BREEDS
  const share = second % 100
  const secondary = share < 78 ? 'Mix' : pickFrom(breeds, second >>> 8)
  return { primary_breed: pickFrom(breeds, hash), secondary_breed: share < 52 ? null : secondary }
}

function zipCodeOf(hash: number): string | null {
  const permille = hash % 1000
  if (permille < 8) return null
  const zip = String(98_101 + ((hash >>> 10) % 99))
  if (permille < 10) return `${zip}-${String((hash >>> 5) % 10_000).padStart(4, '0')}`
  return permille === 10 ? zip.slice(0, 4) : zip
}

function pickFrom<Item>(items: readonly Item[], hash: number): Item {
  const item = items[hash % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
