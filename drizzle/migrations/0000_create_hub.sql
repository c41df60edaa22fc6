CREATE SCHEMA IF NOT EXISTS "tandem";
--> statement-breakpoint
CREATE TABLE "tandem"."change" (
	"id" bigserial NOT NULL,
	"relation" "oid" NOT NULL,
	"key" text[],
	"origin" text,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "change_relation_id_pk" PRIMARY KEY("relation","id")
);
--> statement-breakpoint
CREATE TABLE "tandem"."dirty" (
	"link" uuid NOT NULL,
	"key" text NOT NULL,
	"db_key" text[] NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dirty_link_key_db_key_pk" PRIMARY KEY("link","key","db_key")
);
--> statement-breakpoint
CREATE TABLE "tandem"."journal" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"link" uuid NOT NULL,
	"run" text,
	"op" text NOT NULL,
	"side" text NOT NULL,
	"key" text NOT NULL,
	"column" text,
	"before" json,
	"after" json,
	"cause" text NOT NULL,
	"actor" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tandem"."link" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"spreadsheet" text NOT NULL,
	"spreadsheet_name" text,
	"sheet" bigint NOT NULL,
	"sheet_name" text NOT NULL,
	"time_zone" text NOT NULL,
	"relation" "oid" NOT NULL,
	"table_schema" text NOT NULL,
	"table_name" text NOT NULL,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"last_seq" integer DEFAULT 0 NOT NULL,
	"last_reply" json,
	"open_run" text,
	"open_if_epoch" bigint,
	"lease_run" text,
	"lease_host" text,
	"lease_until" timestamp with time zone,
	"scan_no" bigint DEFAULT 0 NOT NULL,
	"last_scan" json,
	"mapping" jsonb NOT NULL,
	"map_fingerprint" text NOT NULL,
	"policy" text DEFAULT 'table' NOT NULL,
	"missing_mode" text DEFAULT 'confirm' NOT NULL,
	"state" text DEFAULT 'preview' NOT NULL,
	"paused_from" text,
	"paused_cause" text,
	"paused_reason" text,
	"staged" text DEFAULT 'no' NOT NULL,
	"first_sync_winner" text,
	"owner" text NOT NULL,
	"owner_email" text,
	"members" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sync_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tandem"."offer" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"link" uuid NOT NULL,
	"key" text NOT NULL,
	"epoch" bigint NOT NULL,
	"kind" text NOT NULL,
	"cells" json NOT NULL,
	"b_value" json NOT NULL,
	"sheet_row" json,
	"hash_after" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tandem"."plan_row" (
	"link" uuid NOT NULL,
	"key" text NOT NULL,
	"key_hash" bigint NOT NULL,
	"seen_hi" bigint NOT NULL,
	"seen_lo" bigint NOT NULL,
	"cells" json NOT NULL,
	CONSTRAINT "plan_row_link_key_pk" PRIMARY KEY("link","key")
);
--> statement-breakpoint
CREATE TABLE "tandem"."row" (
	"link" uuid NOT NULL,
	"key" text NOT NULL,
	"db_key" text[],
	"a" json,
	"b" json,
	"seen_hi" bigint,
	"seen_lo" bigint,
	"key_hash" bigint NOT NULL,
	"refused" json,
	"blocked" json,
	"status" text DEFAULT 'ok' NOT NULL,
	"error" json,
	"absent_scan" bigint,
	"absent_at" timestamp with time zone,
	"absent_run" text,
	"marks" json,
	"marks_due" boolean DEFAULT false NOT NULL,
	"write_back" text DEFAULT 'none' NOT NULL,
	"dealt_epoch" bigint,
	"retry_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "row_link_key_pk" PRIMARY KEY("link","key")
);
--> statement-breakpoint
ALTER TABLE "tandem"."dirty" ADD CONSTRAINT "dirty_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tandem"."journal" ADD CONSTRAINT "journal_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tandem"."offer" ADD CONSTRAINT "offer_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tandem"."plan_row" ADD CONSTRAINT "plan_row_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tandem"."row" ADD CONSTRAINT "row_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "journal_link" ON "tandem"."journal" USING btree ("link","id");--> statement-breakpoint
CREATE UNIQUE INDEX "link_tab" ON "tandem"."link" USING btree ("spreadsheet","sheet");--> statement-breakpoint
CREATE INDEX "link_relation" ON "tandem"."link" USING btree ("relation");--> statement-breakpoint
CREATE UNIQUE INDEX "offer_row" ON "tandem"."offer" USING btree ("link","key");--> statement-breakpoint
CREATE INDEX "plan_row_digest" ON "tandem"."plan_row" USING btree ("link","key_hash","seen_hi","seen_lo");--> statement-breakpoint
CREATE INDEX "row_digest" ON "tandem"."row" USING btree ("link","key_hash","seen_hi","seen_lo");--> statement-breakpoint
CREATE INDEX "row_attention" ON "tandem"."row" USING btree ("link","status") WHERE status <> 'ok';--> statement-breakpoint
CREATE INDEX "row_absent" ON "tandem"."row" USING btree ("link") WHERE absent_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "row_due" ON "tandem"."row" USING btree ("link") WHERE marks_due OR write_back = 'due' OR retry_at IS NOT NULL;