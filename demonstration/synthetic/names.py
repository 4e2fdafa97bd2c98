"""Names for made-up people, as varied as those of England and Wales."""

_MEN = """
Aaron Abdul Adam Adrian Ahmed Aidan Alan Alex Ali Andre Andrew Anthony Anton Arjun Asif Ashley
Barry Ben Bilal Billy Brandon Brian Callum Cameron Carl Charlie Chris Clive Connor Craig Curtis
Dale Damien Daniel Darren Dave Dean Delroy Derek Devon Dominic Dwayne Dylan Ed Elliot Emmanuel
Ethan Faisal Femi Frankie Gareth Gary George Glyn Grant Gurpreet Hamza Harry Hassan Hywel Ian
Ibrahim Imran Isaac Ivan Jack Jake Jamal James Jamie Jason Jay Jermaine Jerome Joe John Jordan
Joseph Josh Junior Kamal Karl Keith Kevin Khalid Kieran Kofi Kwame Kyle Lee Leon Leroy Lewis Liam
Louis Luke Malcolm Marcus Mark Marlon Martin Matt Mehmet Michael Mohammed Nathan Neil Nigel Noah
Omar Owen Patrick Paul Pawel Peter Phil Piotr Rafal Rashid Reece Rhys Richard Rob Romario Ross
Ryan Sam Samir Scott Sean Shane Shaun Simon Stephen Steve Stuart Tariq Terry Tom Tony Travis
Trevor Tyrone Usman Vikram Wayne Will Yusuf Zac Zain
"""
_WOMEN = """
Abbie Abena Aisha Alice Alison Amanda Amy Angela Anna Bethan Bianca Carly Chantelle Charlotte
Chelsea Chloe Claire Danielle Dawn Debbie Demi Donna Elaine Ellie Emma Esther Farah Fatima Fiona
Gemma Grace Hannah Heather Holly Jade Jane Janet Jasmine Jenny Jodie Julie Karen Kate Kayleigh
Kelly Kerry Kim Kirsty Laura Leanne Lisa Lorraine Louise Lucy Magda Maria Megan Michelle Monique
Nadia Naomi Natalie Nicola Nina Paige Patience Priya Rachel Rebecca Rosie Sadia Samantha Sarah
Shannon Sharon Simone Siobhan Sophie Stacey Steph Susan Tanya Tara Tina Tracey Vicky Wanda Zoe
"""
_LAST = """
Abbott Abdi Abdullah Abrahams Adams Adeyemi Agyeman Ahmed Akhtar Alexander Ali Allen Amin Anderson
Andrews Anwar Armstrong Asante Ashton Atkinson Bailey Baker Ball Banks Barber Barker Barnes Barrett
Bates Begum Bell Bennett Berry Bhatti Bird Bishop Blake Boateng Bond Booth Bradley Brooks Brown
Bryan Burgess Burke Burns Burton Butler Byrne Campbell Carr Carter Chambers Chan Chapman Charles
Choudhury Clark Clarke Cole Coleman Collins Cook Cooper Cox Cross Cunningham Daley Daniels Davies
Davis Dawson Dean Dixon Doherty Douglas Doyle Duncan Dunn Edwards Elliott Ellis Evans Farrell Fisher
Fletcher Flynn Ford Foster Fox Francis Fraser Freeman French Gallagher Gardner George Gibson Gill
Goodwin Gordon Graham Grant Gray Green Greenwood Griffiths Hall Hamilton Harding Harper Harris
Harrison Hart Harvey Hassan Hayes Henry Higgins Hill Hilton Holland Holmes Hopkins Houghton Howard
Howells Hughes Hunt Hunter Hussain Hussein Ibrahim Iqbal Islam Jackson James Jenkins Johnson Jones
Jordan Joseph Kamara Kaur Kelly Kennedy Khan King Kirk Knight Knowles Kowalski Lambert Lawrence
Lawson Lee Lewis Lloyd Lowe Lynch Mahmood Malik Marsh Marshall Martin Mason Matthews McCarthy
McDonald McKenzie Mensah Miah Miller Mills Mitchell Mohamed Moore Moran Morgan Morris Murphy Murray
Ncube Nelson Newman Newton Nguyen Nolan Norris Nowak Obi O'Brien Okafor Oliver Osei Osman Owen Owens
Page Palmer Parker Parry Patel Payne Pearce Pearson Perry Phillips Poole Popescu Porter Powell Price
Pritchard Quinn Rahman Rees Reid Reynolds Richards Richardson Riley Roberts Robinson Rogers Rose
Rowe Russell Ryan Saunders Schofield Scott Shah Sharma Shaw Sheikh Simpson Singh Smith Spencer
Stevens Stewart Stone Sutton Sweeney Taylor Thomas Thompson Thorpe Tucker Turner Uddin Vaughan
Wade Walker Walsh Ward Warren Watson Watts Webb Wells West Whelan White Whittaker Wilkinson Williams
Williamson Willis Wilson Wood Woods Wright Yates Yeboah Young Yusuf Zaman Zielinski
"""

MEN, WOMEN, LAST = (tuple(names.split()) for names in (_MEN, _WOMEN, _LAST))
