// All that the ledger asks of a database client, and how the usual clients give it.

/** Columns as text: no driver may make a number, a date or an object of what was hashed. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement, whose parameters `$1`, `$2`, … are texts. */
export type Query = (text: string, parameters: readonly (string | null)[]) => Promise<readonly Row[]>;

export interface Database {
  /**
   * Runs `work` in one transaction, on a connection that nobody else uses meanwhile, and commits if it resolves. If it rejects, or the
   * commit does, nothing may have been written. `mode` follows BEGIN in SQL, such as `isolation level read committed`.
   */
  transaction<T>(mode: string, work: (query: Query) => Promise<T>): Promise<T>;
}

interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ command: string; rows: Row[] }>;
  release(error?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** A `Pool` of `pg`. */
export function fromPg(pool: { connect(): Promise<PgClient> }): Database {
  return {
    async transaction(mode, work) {
      const client = await pool.connect();
      // A connection that breaks between two statements says so as an event, which would end the program.
      const broke = (): void => {};
      client.on("error", broke);
      let broken: Error | undefined;
      try {
        await client.query(`begin ${mode}`);
        const value = await work(async (text, parameters) => (await client.query(text, [...parameters])).rows);
        // A transaction in which something failed is rolled back by COMMIT, which calls that a success.
        const { command } = await client.query("commit");
        if (command !== "COMMIT") throw new Error("the transaction was rolled back");
        return value;
      } catch (thrown) {
        await client.query("rollback").catch((error: Error) => {
          broken = error;
        });
        throw thrown;
      } finally {
        client.off("error", broke);
        client.release(broken);
      }
    },
  };
}

interface PostgresTransaction {
  unsafe(text: string, parameters?: (string | null)[]): PromiseLike<readonly Row[]>;
}

/** The function that `postgres` gives. */
export function fromPostgres(sql: { begin(mode: string, work: (transaction: PostgresTransaction) => Promise<unknown>): Promise<unknown> }): Database {
  return {
    async transaction<T>(mode: string, work: (query: Query) => Promise<T>): Promise<T> {
      let value: { of: T } | undefined;
      await sql.begin(mode, async (transaction) => {
        value = { of: await work(async (text, parameters) => transaction.unsafe(text, [...parameters])) };
      });
      if (value === undefined) throw new Error("the transaction was never begun");
      return value.of;
    },
  };
}

interface PgliteTransaction {
  query(text: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A `PGlite`. */
export function fromPglite(pglite: { transaction<T>(work: (transaction: PgliteTransaction) => Promise<T>): Promise<T> }): Database {
  return {
    transaction: (mode, work) =>
      pglite.transaction(async (transaction) => {
        await transaction.query(`set transaction ${mode}`);
        return work(async (text, parameters) => (await transaction.query(text, [...parameters])).rows as Row[]);
      }),
  };
}
