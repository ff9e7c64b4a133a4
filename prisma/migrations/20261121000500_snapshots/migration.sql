-- What the engine's state was after some commands, by its hash, for good; and the state itself for the
-- last two of them, in chunks, so that a restart need not replay the whole journal.
CREATE TABLE "engine"."checkpoints" (
    "seq" BIGINT NOT NULL,
    "time_ms" BIGINT NOT NULL,
    "journal_hash" BYTEA NOT NULL,
    "state_format" INTEGER NOT NULL,
    "state_hash" TEXT NOT NULL,
    "snapshot_bytes" BIGINT NOT NULL,
    "snapshot_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "checkpoints_pkey" PRIMARY KEY ("seq")
);

CREATE TABLE "engine"."snapshot_chunks" (
    "seq" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "snapshot_chunks_pkey" PRIMARY KEY ("seq", "number"),
    CONSTRAINT "snapshot_chunks_seq_fkey" FOREIGN KEY ("seq")
        REFERENCES "engine"."checkpoints" ("seq") ON DELETE CASCADE
);

-- Random bytes do not compress: trying costs more than the room is worth.
ALTER TABLE "engine"."snapshot_chunks" ALTER COLUMN "data" SET STORAGE EXTERNAL;
