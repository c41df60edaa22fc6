CREATE TABLE "tandem"."schema_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"link" uuid,
	"table_schema" text NOT NULL,
	"table_name" text NOT NULL,
	"op" text NOT NULL,
	"column" text,
	"before" text,
	"after" text,
	"actor" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "registry" jsonb;--> statement-breakpoint
CREATE INDEX "schema_log_link" ON "tandem"."schema_log" USING btree ("link","id");