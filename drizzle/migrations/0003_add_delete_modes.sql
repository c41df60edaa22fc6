ALTER TABLE "tandem"."link" ADD COLUMN "soft_delete_attnum" integer;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "removed_mode" text DEFAULT 'remove' NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "run_again" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "constraint_print" text;--> statement-breakpoint
ALTER TABLE "tandem"."row" ADD COLUMN "dealt_at" timestamp with time zone;