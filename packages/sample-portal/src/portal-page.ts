import { STATUS_CODES } from 'node:http'

/** A page of the web server before the portal. */
export function writeServerPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
}

/** A page for people, as it comes in the place of data. */
export const MAINTENANCE_PAGE = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Down for maintenance</title></head>
<body><h1>We are down for maintenance</h1><p>Please come back later.</p></body>
</html>
`
