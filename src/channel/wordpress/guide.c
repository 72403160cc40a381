/* guide.c: how a WordPress site is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("Sign in to the site's administration with the user who is to answer: an editor or an administrator.")},
	{.text = N_("Open Users, Profile, go down to Application Passwords, write “Parvis”, and add it. The page is at this end of the site's address."), .paste = PASTE_THIS,
	 .typed = "/wp-admin/profile.php#application-passwords-section"},
	{.text = N_("Copy the password at once, with its spaces: it is shown a single time. Type it below with the user name, and the address of the site's first page.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("There are no Application Passwords on the profile"), N_("The site is not reached by https, or a plug-in for security switched them off."), NULL},
	{N_("The password is refused, although it is right"), N_("The web server keeps it from WordPress. Whoever runs the site writes this into its .htaccess."), "SetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1"},
	{N_("Comments are there, and cannot be hidden"), N_("The user may write, but not moderate. Give it the role Editor."), NULL},
	{},
};

const struct channel_guide guide_wordpress = {
	.word = "wordpress", .account = N_("A site made with WordPress 5.6 or later, and a user who may moderate there. Five minutes."), .steps = steps, .troubles = troubles,
	.note = N_("It changes no article that is there. What is hidden waits for approval there; nothing goes to the trash."), .as_of = "2026-11-22",
};
