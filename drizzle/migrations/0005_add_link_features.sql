ALTER TABLE "tandem"."link" ADD COLUMN "kind" text DEFAULT 'sync' NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "filter" json;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "lock_attnums" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "related_relations" "oid"[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "replaced" json;--> statement-breakpoint
ALTER TABLE "tandem"."link" ADD COLUMN "replaced_at" timestamp with time zone;