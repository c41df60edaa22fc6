CREATE TABLE "tandem"."host_memo" (
	"link" uuid PRIMARY KEY NOT NULL,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "tandem"."host_memo" ADD CONSTRAINT "host_memo_link_link_id_fk" FOREIGN KEY ("link") REFERENCES "tandem"."link"("id") ON DELETE cascade ON UPDATE no action;