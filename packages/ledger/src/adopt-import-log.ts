import type { Session } from './session.ts'

/**
 * Gives a predecessor's import_log the columns of ours; its rows stay, without a run id. Does nothing where the table is
 * absent or has them: one statement, so a crash leaves either form.
 */
export async function adoptImportLog(session: Session, schema: string): Promise<void> {
  const columns = await session.rows<{ name: string }>(
    `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'import_log'`,
    [schema],
  )
  const names = columns.map((column) => column.name.toLowerCase())
  if (names.length === 0 || names.includes('run_id')) return
  await session.write(
    `ALTER TABLE import_log
       MODIFY COLUMN import_log_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
       MODIFY COLUMN target_host VARCHAR(255) NOT NULL,
       MODIFY COLUMN target_db VARCHAR(64) NOT NULL,
       MODIFY COLUMN target_table VARCHAR(64) NOT NULL,
       MODIFY COLUMN total_row_count BIGINT NOT NULL,
       MODIFY COLUMN chunk_row_count BIGINT NOT NULL,
       MODIFY COLUMN import_timestamp TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
       ADD COLUMN run_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
       ADD COLUMN generation INT NOT NULL DEFAULT 0,
       ADD COLUMN phase VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
       ADD COLUMN event VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
       ADD COLUMN page_no INT NOT NULL DEFAULT -1,
       ADD UNIQUE KEY import_log_once (run_id, phase, generation, page_no),
       CONVERT TO CHARACTER SET utf8mb4`,
  )
}
