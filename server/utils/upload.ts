import type { H3Event } from 'h3'
import { getHeader, readMultipartFormData, readRawBody } from 'h3'
import type { Upload } from '#server/services/import/import-service.ts'
import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'
import { uploadQuerySchema } from '#shared/protocol/imports.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { readValidQuery } from './validation.ts'

/** The file that a request carries: its body as it is, or the part `file` of a form. */
export async function readUpload(event: H3Event): Promise<Upload> {
  const { name, encoding } = readValidQuery(event, uploadQuerySchema)
  const isForm = getHeader(event, 'content-type')?.toLowerCase().startsWith('multipart/form-data') ?? false
  const part = isForm ? await readPart(event) : { data: await readRawBody(event, false) ?? new Uint8Array(), filename: undefined }
  if (!part)
    throw new Problem('BAD_REQUEST', 'the form has no part `file`', { field: 'file' })
  if (part.data.length > MAX_IMPORT_BYTES)
    throw new Problem('IMPORT_TOO_LARGE', 'the file is larger than 20 MB', { reason: 'TOO_MANY_BYTES' })
  return { bytes: part.data, fileName: name ?? part.filename ?? '', encoding }
}

async function readPart(event: H3Event) {
  try {
    return (await readMultipartFormData(event))?.find(part => part.name === 'file')
  }
  catch {
    throw new Problem('BAD_REQUEST', 'the form can\'t be read')
  }
}
