/** Names that trouble an importer: quotes, escapes, other scripts, words that mean nothing elsewhere, 50 characters. */
export const ODD_NAMES = [
  'Zoë',
  "O'Whisker",
  '"Biscuit" Bo',
  'Ann "Nan" Tailor',
  'Back\\slash',
  '\\N',
  'Null',
  'Pawel Łapka',
  'Mr. D’Paws',
  'Señor Bigotes',
  'Comma, Jr.',
  '小雪',
  'Pixel \u{1F43E}',
  '50% Poodle',
  'Semi;colon',
  'Baron Woofington Von Barkenhausen Of The Lakes III',
] as const

export const FIRST_SYLLABLES =
  'Ba Bi Bo Cha Co Da Di Fe Fi Gi Ha Jo Ka Ki La Li Lo Ma Mi Mo Na Ni No Pa Pe Pi Ra Ri Ro Sa Shi So Ta Ti To Va Wi Xe Za Zu'.split(
    ' ',
  )

export const LAST_SYLLABLES =
  'ba bby ck dda dy ffy ggle ka kki la lly lo mba mo mp na nja nny pper ra rro ska ssa sty ta tto tzi vi x zzle'.split(
    ' ',
  )

export const TITLES = 'Lady Sir Captain Miss Doctor Little Old Prince'.split(' ')

export const CAT_BREEDS = [
  'Domestic Shorthair',
  'Domestic Shorthair',
  'Domestic Shorthair',
  'Domestic Longhair',
  'Domestic Medium Hair',
  'Siamese',
  'Maine Coon',
  'Ragdoll',
  'Manx',
  'Bengal',
] as const

export const DOG_BREEDS = [
  'Retriever, Labrador',
  'Retriever, Labrador',
  'Retriever, Golden',
  'Chihuahua, Short Coat',
  'Terrier',
  'Poodle, Miniature',
  'Poodle, Standard',
  'Shepherd',
  'Border Collie',
  'Dachshund, Standard Smooth Haired',
  'Beagle',
  'Boxer',
  'Corgi',
  'Mountain Hound of the Great Northern Lakes (II)',
] as const
