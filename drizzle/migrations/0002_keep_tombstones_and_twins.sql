CREATE TABLE "tandem"."tombstone" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"link" uuid NOT NULL,
	"key" text NOT NULL,
	"side" text NOT NULL,
	"values" json NOT NULL,
	"cells" json NOT NULL,
	"run" text,
	"actor" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "scanned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "audited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tandem"."row" ADD COLUMN "twins" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."tombstone" ADD CONSTRAINT "tombstone_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tombstone_row" ON "tandem"."tombstone" USING btree ("link","key","id");--> statement-breakpoint
CREATE INDEX "tombstone_age" ON "tandem"."tombstone" USING btree ("at");--> statement-breakpoint
CREATE INDEX "journal_run" ON "tandem"."journal" USING btree ("link","run");--> statement-breakpoint
CREATE INDEX "row_twins" ON "tandem"."row" USING btree ("link") WHERE twins;