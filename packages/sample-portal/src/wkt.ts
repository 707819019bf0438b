const NAMES: Readonly<Record<string, string>> = {
  Point: 'POINT',
  MultiPoint: 'MULTIPOINT',
  LineString: 'LINESTRING',
  MultiLineString: 'MULTILINESTRING',
  Polygon: 'POLYGON',
  MultiPolygon: 'MULTIPOLYGON',
}

/** A GeoJSON geometry as well-known text: `POINT (lon lat)`. @throws Error if it is none */
export function writeWkt(geometry: object): string {
  const { type, coordinates }: { type?: unknown; coordinates?: unknown } = geometry
  const name = NAMES[String(type)]
  if (name === undefined || !Array.isArray(coordinates)) {
    throw new Error(`${JSON.stringify(geometry)} is no GeoJSON geometry`)
  }
  return `${name} ${isPosition(coordinates) ? `(${coordinates.join(' ')})` : writeList(coordinates)}`
}

function writeList(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (!Array.isArray(item)) return String(item)
    return isPosition(item) ? item.join(' ') : writeList(item)
  })
  return `(${texts.join(', ')})`
}

function isPosition(items: readonly unknown[]): boolean {
  return typeof items[0] === 'number'
}
